#pragma once
#include "kernels/lanes/residual_block.h"

namespace ttt::lanes {

/// Whether the hand-written kernels (kernels/cuda/block) know this block: fp32 on a GPU, 8 to 128
/// channels in multiples of 8 and of the groups, and rows that a tile of kernels/cuda/conv holds.
bool cuda_block_supported(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

/// The residual block on these kernels, all lanes at once.
BlockForward cuda_block(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

BlockGradients cuda_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                   const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                   bool want_convolutions);

}  // namespace ttt::lanes
