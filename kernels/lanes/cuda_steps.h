#pragma once
#include "kernels/lanes/low_rank.h"
#include "kernels/lanes/optimiser.h"
#include "kernels/lanes/views.h"

namespace ttt::lanes {

// What an adaptation step begins and ends with, on the hand-written kernels of kernels/cuda: views.h,
// low_rank.h and optimiser.h. Nothing waits for the device.

DrawnViews cuda_draw_views(const at::Tensor& images, const at::Tensor& subject, int count,
                           const StepViews& draws, const PixelScale& scale);

at::Tensor cuda_show_views(const at::Tensor& images, const std::vector<std::vector<View>>& views, PadMode pad,
                           const PixelScale& scale);

at::Tensor cuda_low_rank_sum(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a);
LowRankGradients cuda_low_rank_sum_backward(const at::Tensor& dw, const at::Tensor& b, const at::Tensor& a);

at::Tensor cuda_update_sgd(const Sgd& sgd, OptimiserState& state, Weights& weights, const Weights& gradients,
                           const at::Tensor& active);
at::Tensor cuda_update_adam(const Adam& adam, OptimiserState& state, Weights& weights,
                            const Weights& gradients, const at::Tensor& active);
at::Tensor cuda_finite_lanes(const std::vector<at::Tensor>& tensors);

}  // namespace ttt::lanes
