#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// x [K, V, I], weight [K, O, I], bias [K, O] -> [K, V, O].
at::Tensor linear(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias);

struct LinearGradients {
  at::Tensor input;   // [K, V, I]
  at::Tensor weight;  // [K, O, I]
  at::Tensor bias;    // [K, O]
};

LinearGradients linear_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight);

}  // namespace ttt::lanes
