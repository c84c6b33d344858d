#include "kernels/lanes/norm_pool.h"

#include <ATen/ATen.h>

#include "kernels/lanes/layout.h"

namespace ttt::lanes {

NormPool norm_pool(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  GroupNorm norm = group_norm(x, scale, shift, groups);
  std::vector<at::Tensor> y;  // lane by lane: a reduction's order may depend on the shape
  for (int64_t k = 0; k < x.size(0); ++k)
    y.push_back(norm.y.select(0, k).relu().mean(at::IntArrayRef({1, 2})));
  return {join(y), std::move(norm)};
}

GroupNormGradients norm_pool_backward(const at::Tensor& dy, const at::Tensor& x, const NormPool& forward,
                                      const at::Tensor& scale, int groups, bool want_input) {
  const double area = static_cast<double>(x.size(2) * x.size(3));
  const at::Tensor spread = (dy / area).unsqueeze(2).unsqueeze(2);
  const at::Tensor dz = at::where(forward.norm.y > 0, spread, at::zeros({}, x.options()));
  return group_norm_backward(dz, x, forward.norm, scale, groups, want_input);
}

}  // namespace ttt::lanes
