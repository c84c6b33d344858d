#pragma once
#include <vector>

#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

inline constexpr int reliability_bins = 15;  // as Guo et al., ICML 2017

/// The reliability diagram of one column of predictions; bin i holds confidences in (i / 15, (i + 1) / 15].
std::vector<ReliabilityBin> reliability_of(const Column& column, const Slice& slice);

}  // namespace ttt
