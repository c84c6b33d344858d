#pragma once
#include "kernels/lanes/group_norm.h"

namespace ttt::lanes {

// group_norm.h put together from library calls, all lanes at once: for devices that its loops do not reach.

GroupNorm composed_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups);

at::Tensor composed_renormalised(const at::Tensor& x, const at::Tensor& moments, const at::Tensor& scale,
                                 const at::Tensor& shift);

GroupNormGradients composed_norm_backward(const at::Tensor& dy, const at::Tensor& x,
                                          const at::Tensor& moments, const at::Tensor& scale,
                                          bool want_input);

}  // namespace ttt::lanes
