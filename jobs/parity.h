#pragma once
#include "pipeline/engine/evaluate.h"

namespace ttt {

/// How far episodes are from the same in float64: sizes are medians and largest of absolute differences, of
/// auxiliary losses relative to the loss. What is a number on one side only differs by infinity.
struct Parity {
  struct Differences {
    double median = 0, largest = 0;
  };
  int64_t samples = 0;
  Differences losses, logits;
  int64_t predictions = 0, predictions_differ = 0;
  bool same_alone = false;  // the first sample's records are the same bytes without neighbours
};

/// Of `found`, the records of the first samples of `set` under `method`: computes the first `samples` of them
/// again in float64, on the CPU whatever the device of `source`.
Parity parity_with_float64(const Records& found, int64_t samples, const MethodOptions& method,
                           const SourceNetwork& source, const TestSetWithImages& set,
                           const EngineOptions& engine);

}  // namespace ttt
