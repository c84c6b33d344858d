#pragma once
#include "kernels/cpu/block/block.h"
#include "kernels/lanes/residual_block.h"

namespace ttt::lanes {

/// The algorithm that run.convolution names; Winograd's F(4x4, 3x3) for libtorch, which no block by hand
/// computes.
cpu::ConvAlgorithm algorithm_of(Convolution convolution);

/// Whether the hand-written kernels (kernels/cpu/block) know this block: fp32 on the CPU and channels in
/// multiples of 8.
bool cpu_block_supported(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

/// The residual block on these kernels, lane by lane; shared convolution weights are transformed once for all
/// lanes.
BlockForward cpu_block(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

BlockGradients cpu_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                  const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                  bool want_convolutions);

}  // namespace ttt::lanes
