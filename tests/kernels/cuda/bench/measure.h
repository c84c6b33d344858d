#pragma once
#include <cstdint>
#include <vector>

#include "tests/kernels/cuda/floats.h"

// What can be measured; each prints one JSON object a line.

namespace ttt::cuda::bench {

/// What the chip can do: a copy, multiply-adds.
void measure_ceilings();

/// The convolutions of the reference network, each pass on its own, with norm and statistics.
void measure_shapes(const std::vector<int64_t>& lanes);

/// Samples a second of the reference network: 10 steps of 32 views, one prediction.
void measure_episodes(const std::vector<int64_t>& lanes);

/// Errors against float64 and what has to be the same bits. Returns whether all is as it should be.
bool check_results();

/// Two small episodes: every kernel runs, for profilers and checkers.
void run_small();

}  // namespace ttt::cuda::bench
