#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/fingerprint.h"
#include "schemas/method_options.h"
#include "schemas/model_options.h"

namespace ttt {

/// One unit of work: a block or stream of samples under one method and one source model; committed as one
/// segment.
struct RunUnit {
  MethodOptions method;
  SourceModel model;
  int64_t block = 0;             // number of the block or stream within (method, model), from 0
  std::vector<int64_t> samples;  // indices into the test set: ascending, or in the order of the stream
  Fingerprint fingerprint;       // what its segment must carry
  double flops = 0;              // of all its samples
};

}  // namespace ttt
