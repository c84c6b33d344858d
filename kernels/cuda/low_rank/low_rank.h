#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"

// Sums of a weight and a product of low rank, kernels/lanes/low_rank.h, of any extents. Every value is summed
// in an order of its own extents only: neither K nor a library's choice changes it.

namespace ttt::cuda {

/// A weight [K, out, in] and its factors b [K, out, rank] and a [K, rank, in].
struct LowRankShape {
  int64_t lanes = 1;  // K
  int out = 0, in = 0, rank = 0;
};

/// sum [K, out, in] = base + b a.
template <class Queue>
void low_rank_sum(const Queue& queue, const LowRankShape& shape, LaneFloats base, const float* b,
                  const float* a, float* sum);

/// db [K, out, rank] and da [K, rank, in] from dsum [K, out, in].
template <class Queue>
void low_rank_sum_backward(const Queue& queue, const LowRankShape& shape, const float* dsum, const float* b,
                           const float* a, float* db, float* da);

}  // namespace ttt::cuda
