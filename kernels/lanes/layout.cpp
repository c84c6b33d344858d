#include "kernels/lanes/layout.h"

#include "kernels/torch.h"

namespace ttt::lanes {

at::Tensor channels_first(const at::Tensor& x, int64_t lane) {
  return x.select(0, lane).permute({0, 3, 1, 2});
}

at::Tensor channels_innermost(const at::Tensor& x) { return x.permute({0, 2, 3, 1}).contiguous(); }

at::Tensor join(const std::vector<at::Tensor>& lanes) {
  return lanes.size() == 1 ? lanes.front().unsqueeze(0) : at::stack(lanes);
}

at::Tensor contiguous_lanes(const at::Tensor& weight) {
  if (weight.is_contiguous() || weight.select(0, 0).is_contiguous()) return weight;
  return is_shared(weight) ? weight.narrow(0, 0, 1).contiguous().expand(weight.sizes()) : weight.contiguous();
}

bool is_shared(const at::Tensor& weight) { return weight.size(0) == 1 || weight.stride(0) == 0; }

}  // namespace ttt::lanes
