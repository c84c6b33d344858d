#include "kernels/lanes/residual_block.h"

#include "kernels/lanes/composed_block.h"
#include "kernels/lanes/cpu_block.h"
#include "kernels/lanes/cuda_operations.h"

namespace ttt::lanes {

BlockForward residual_block(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options) {
  if (const auto* cuda = cuda_operations_for(x); cuda && cuda->has_block(x, weights, options))
    return cuda->block(x, weights, options);
  return cpu_block_supported(x, weights, options) ? cpu_block(x, weights, options)
                                                  : composed_block(x, weights, options);
}

BlockGradients residual_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                       const BlockWeights& weights, const BlockOptions& options,
                                       bool want_input, bool want_convolutions) {
  const auto* cuda = cuda_operations_for(x);
  const auto backward = cuda && cuda->has_block(x, weights, options) ? cuda->block_backward
                        : cpu_block_supported(x, weights, options)   ? cpu_block_backward
                                                                     : composed_block_backward;
  return backward(dy, x, state, weights, options, want_input, want_convolutions);
}

}  // namespace ttt::lanes
