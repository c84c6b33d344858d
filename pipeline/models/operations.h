#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/lanes/head.h"
#include "kernels/lanes/residual_block.h"

namespace ttt::operations {

/// Lane operations (kernels/lanes) under autograd: each is one node around a forward and a backward kernel.
at::Tensor stem(const at::Tensor& x, const at::Tensor& weight, int stride);  // x wants no gradient
at::Tensor residual_block(const at::Tensor& x, const lanes::BlockWeights& weights,
                          lanes::BlockOptions options);
at::Tensor head(const at::Tensor& x, const lanes::HeadWeights& weights, int groups);
at::Tensor low_rank_sum(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a);  // base wants none
at::Tensor cross_entropy(const at::Tensor& logits, const at::Tensor& target);               // -> [K]
at::Tensor mean_entropy(const at::Tensor& logits);                                          // -> [K]
at::Tensor weighted_entropy(const at::Tensor& logits, const at::Tensor& weight);  // weight wants none -> [K]

}  // namespace ttt::operations
