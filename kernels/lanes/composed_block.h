#pragma once
#include "kernels/lanes/residual_block.h"

namespace ttt::lanes {

/// The residual block put together from lane operations: any shape, any floating type. The reference of the
/// others.
BlockForward composed_block(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

BlockGradients composed_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                       const BlockWeights& weights, const BlockOptions& options,
                                       bool want_input, bool want_convolutions);

}  // namespace ttt::lanes
