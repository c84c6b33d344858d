#pragma once
#include "kernels/lanes/head.h"
#include "kernels/lanes/losses.h"

namespace ttt::lanes {

// The two ends of a network on the hand-written kernels of kernels/cuda: stem.h, head.h and losses.h.

bool cuda_stem_supported(const at::Tensor& x, const at::Tensor& weight, int stride);
at::Tensor cuda_stem(const at::Tensor& x, const at::Tensor& weight, int stride);
at::Tensor cuda_stem_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                              int stride);

bool cuda_head_supported(const at::Tensor& x, const HeadWeights& weights, int groups);
HeadForward cuda_head(const at::Tensor& x, const HeadWeights& weights, int groups);
HeadGradients cuda_head_backward(const at::Tensor& dlogits, const at::Tensor& x, const HeadState& state,
                                 const HeadWeights& weights, int groups, bool want_input);

Loss cuda_cross_entropy(const at::Tensor& logits, const at::Tensor& target);
Loss cuda_mean_entropy(const at::Tensor& logits);

}  // namespace ttt::lanes
