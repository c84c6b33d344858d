#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// Sum over the last dimension of x [..., n], n >= 1, in an order that depends on n alone: the second half is
/// added to the first until one number is left. A library's sum may split its work by the other dimensions,
/// so that a lane's bytes would depend on K; additions of whole tensors do not, on any device.
at::Tensor folded_sum(const at::Tensor& x);

}  // namespace ttt::lanes
