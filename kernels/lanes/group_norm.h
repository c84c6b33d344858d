#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

inline constexpr double norm_epsilon = 1e-5;

struct GroupNorm {
  at::Tensor y;        // like x
  at::Tensor moments;  // [K, V, G, 2] mean and 1 / sqrt(variance + norm_epsilon) of each group
};

/// Group normalisation (Wu and He, ECCV 2018) of x [K, V, H, W, C] over G groups of channels, then scale and
/// shift [K, C] of each lane.
GroupNorm group_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups);

/// y again, from the moments that group_norm() gave.
at::Tensor renormalised(const at::Tensor& x, const at::Tensor& moments, const at::Tensor& scale,
                        const at::Tensor& shift);

struct GroupNormGradients {
  at::Tensor input;         // like x; undefined when not wanted
  at::Tensor scale, shift;  // [K, C]
};

GroupNormGradients group_norm_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& moments,
                                       const at::Tensor& scale, bool want_input);

}  // namespace ttt::lanes
