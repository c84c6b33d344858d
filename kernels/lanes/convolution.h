#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// Cross-correlation with k x k weights, zero padding k / 2, no bias.
/// x [K, V, H, W, I], weight [K, O, I, k, k] -> [K, V, ceil(H / stride), ceil(W / stride), O].
at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, int stride);

struct ConvolutionGradients {
  at::Tensor input;   // like x; undefined when not wanted
  at::Tensor weight;  // [K, O, I, k, k], one a lane even when the weight is shared; undefined when not wanted
};

/// Gradients of a sum of `dy * convolution(x, weight, stride)`.
ConvolutionGradients convolution_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                                          int stride, bool want_input, bool want_weight);

}  // namespace ttt::lanes
