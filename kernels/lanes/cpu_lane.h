#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/cpu/scratch.h"

namespace ttt::lanes {

// What the adapters of the hand-written CPU kernels share.

/// fp32 in the memory of the CPU: what these kernels work on.
bool is_cpu_float(const at::Tensor& x);

/// Working memory of this thread.
cpu::Scratch& scratch();

/// Where lane k of x [K, ...] begins; x is contiguous within a lane.
const float* lane_data(const at::Tensor& x, int64_t k);

}  // namespace ttt::lanes
