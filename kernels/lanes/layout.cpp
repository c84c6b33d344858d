#include "kernels/lanes/layout.h"

#include "kernels/torch.h"

namespace ttt::lanes {

at::Tensor contiguous_lanes(const at::Tensor& weight) {
  if (weight.is_contiguous() || weight.select(0, 0).is_contiguous()) return weight;
  return is_shared(weight) ? weight.narrow(0, 0, 1).contiguous().expand(weight.sizes()) : weight.contiguous();
}

bool is_shared(const at::Tensor& weight) { return weight.size(0) == 1 || weight.stride(0) == 0; }

}  // namespace ttt::lanes
