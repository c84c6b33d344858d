#pragma once
#include <cstdint>
#include <vector>

#include "schemas/run_options.h"
#include "tests/kernels/cuda/floats.h"

// What can be measured; each prints one JSON object a line.

namespace ttt::cuda::bench {

/// What the chip can do: a copy, multiply-adds.
void measure_ceilings();

/// The convolutions of the reference network, each pass on its own, with norm and statistics.
void measure_shapes(Precision precision, const std::vector<int64_t>& lanes);

/// Samples a second of the reference network: 10 steps of 32 views, one prediction.
void measure_episodes(Precision precision, const std::vector<int64_t>& lanes);

/// How far losses and logits of such episodes of K samples are from those in float32.
void compare_precisions(int64_t lanes);

/// Errors against float64 and what has to be the same bits. Returns whether all is as it should be.
bool check_results();

/// Two small episodes: every kernel runs, for profilers and checkers.
void run_small();

/// "fp32", "tf32" or "bf16", as tables name them.
inline const char* short_name(Precision precision) {
  return precision == Precision::tf32 ? "tf32" : precision == Precision::bf16 ? "bf16" : "fp32";
}

}  // namespace ttt::cuda::bench
