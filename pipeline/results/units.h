#pragma once
#include <cstdint>
#include <filesystem>
#include <string>

#include "pipeline/results/sample_ids.h"
#include "schemas/fingerprint.h"
#include "schemas/method_options.h"
#include "schemas/model_options.h"

namespace ttt {

/// One unit of work: a block or stream of samples under one method and one source model; committed as one
/// segment.
struct RunUnit {
  MethodOptions method;
  SourceModel model;
  int64_t block = 0;        // number of the block or stream within (method, model), from 0
  SampleIds samples;        // indices into the test set: ascending, or in the order of the stream
  Fingerprint fingerprint;  // what its segment must carry
  double flops = 0;         // of all its samples
};

/// DIR/segments/METHOD/MODEL/BLOCK-IDENTITY.h5: the identity is a digest of the method's options and of the
/// samples, so that a method that changed, or another split, has files of its own beside the old ones.
std::filesystem::path segment_file(const std::filesystem::path& dir, const RunUnit& unit);

}  // namespace ttt
