#include "kernels/lanes/norm_pool.h"

#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {

NormPool norm_pool(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  const GroupNorm norm = group_norm(x, scale, shift, groups);
  std::vector<at::Tensor> y;  // lane by lane: a reduction's order may depend on the shape
  for (int64_t k = 0; k < x.size(0); ++k)
    y.push_back(norm.y.select(0, k).relu().mean(at::IntArrayRef({1, 2})));
  return {join(y), norm.moments};
}

GroupNormGradients norm_pool_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& moments,
                                      const at::Tensor& scale, const at::Tensor& shift, bool want_input) {
  const double area = static_cast<double>(x.size(2) * x.size(3));
  const at::Tensor spread = (dy / area).unsqueeze(2).unsqueeze(2);
  const at::Tensor dz =
      at::where(renormalised(x, moments, scale, shift) > 0, spread, at::zeros({}, x.options())).contiguous();
  return group_norm_backward(dz, x, moments, scale, want_input);
}

}  // namespace ttt::lanes
