#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/lanes/residual_block.h"

namespace ttt::operations {

/// Lane operations (kernels/lanes) under autograd: each is one node around a forward and a backward kernel.
at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, int stride);
at::Tensor residual_block(const at::Tensor& x, const lanes::BlockWeights& weights,
                          const lanes::BlockOptions& options);
at::Tensor norm_pool(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups);
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target);  // -> [K]
at::Tensor mean_entropy(const at::Tensor& logits);                             // -> [K]

}  // namespace ttt::operations
