#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/lanes/group_norm.h"

namespace ttt::lanes {

struct NormPool {
  at::Tensor y;        // [K, V, C]
  at::Tensor moments;  // of the norm, [K, V, G, 2]
};

/// What ends a pre-activation network: group norm, ReLU, mean over the map. x [K, V, H, W, C], scale, shift
/// [K, C].
NormPool norm_pool(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups);

GroupNormGradients norm_pool_backward(const at::Tensor& dy /* [K, V, C] */, const at::Tensor& x,
                                      const at::Tensor& moments, const at::Tensor& scale,
                                      const at::Tensor& shift, bool want_input);

}  // namespace ttt::lanes
