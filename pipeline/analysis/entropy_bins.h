#pragma once
#include <vector>

#include "pipeline/analysis/bootstrap.h"
#include "pipeline/analysis/cells.h"

namespace ttt {

/// The cells with source entropies between two quantiles: equal ones are never parted.
struct EntropyBin {
  double low = undefined, high = undefined;  // smallest and largest source entropy, nats
  int64_t n = 0;
  double source_accuracy = undefined;
  double gain = undefined;       // of accuracy, a share
  Interval interval;             // of the gain: bootstrap over base images
  double loss_fall = undefined;  // mean fall of the main loss, nats
};

inline constexpr int entropy_bins = 5;

std::vector<EntropyBin> gain_by_entropy(const Results& results, const Slice& slice,
                                        const MethodResults& method, const BootstrapOptions& options);

}  // namespace ttt
