#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// The first convolution of a network (convolution.h) on images, which want no gradient.
/// x [K, V, H, W, C], weight [K, O, C, 3, 3] -> [K, V, ceil(H / stride), ceil(W / stride), O].
at::Tensor stem(const at::Tensor& x, const at::Tensor& weight, int stride);

/// Gradient of the weight of every lane, [K, O, C, 3, 3].
at::Tensor stem_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight, int stride);

}  // namespace ttt::lanes
