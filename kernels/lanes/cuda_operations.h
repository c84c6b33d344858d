#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "kernels/lanes/head.h"
#include "kernels/lanes/losses.h"
#include "kernels/lanes/low_rank.h"
#include "kernels/lanes/optimiser.h"
#include "kernels/lanes/residual_block.h"
#include "kernels/lanes/views.h"

namespace ttt::lanes {

/// Lane operations on the hand-written kernels of kernels/cuda. The has_ functions say whether these know the
/// tensors; what they do not know is composed of library calls. A table, so that a build without CUDA needs
/// to lack one thing only.
struct CudaOperations {
  bool (*has_stem)(const at::Tensor& x, const at::Tensor& weight, int stride);
  at::Tensor (*stem)(const at::Tensor& x, const at::Tensor& weight, int stride);
  at::Tensor (*stem_backward)(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                              int stride);

  bool (*has_block)(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);
  BlockForward (*block)(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);
  BlockGradients (*block_backward)(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                   const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                   bool want_convolutions);

  bool (*has_head)(const at::Tensor& x, const HeadWeights& weights, int groups);
  HeadForward (*head)(const at::Tensor& x, const HeadWeights& weights, int groups);
  HeadGradients (*head_backward)(const at::Tensor& dlogits, const at::Tensor& x, const HeadState& state,
                                 const HeadWeights& weights, int groups, bool want_input);

  Loss (*cross_entropy)(const at::Tensor& logits, const at::Tensor& target);  // fp32
  Loss (*mean_entropy)(const at::Tensor& logits);

  at::Tensor (*update_sgd)(const Sgd& sgd, OptimiserState& state, Weights& weights, const Weights& gradients,
                           const at::Tensor& active);
  at::Tensor (*update_adam)(const Adam& adam, OptimiserState& state, Weights& weights,
                            const Weights& gradients, const at::Tensor& active);
  at::Tensor (*finite_lanes)(const std::vector<at::Tensor>& tensors);

  DrawnViews (*draw_views)(const at::Tensor& images, const at::Tensor& subject, int count,
                           const StepViews& draws, const PixelScale& scale);
  at::Tensor (*show_views)(const at::Tensor& images, const std::vector<std::vector<View>>& views, PadMode pad,
                           const PixelScale& scale);

  at::Tensor (*low_rank_sum)(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a);  // fp32
  LowRankGradients (*low_rank_sum_backward)(const at::Tensor& dw, const at::Tensor& b, const at::Tensor& a);
};

/// Null in a build without CUDA.
const CudaOperations* cuda_operations();

/// The table if x lies on a GPU, else null.
const CudaOperations* cuda_operations_for(const at::Tensor& x);

}  // namespace ttt::lanes
