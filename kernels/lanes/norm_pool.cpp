#include "kernels/lanes/norm_pool.h"

#include "kernels/lanes/pieces.h"
#include "kernels/torch.h"

namespace ttt::lanes {

NormPool norm_pool(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  const GroupNorm norm = group_norm(x, scale, shift, groups);
  const at::Tensor y = at::empty({x.size(0), x.size(1), x.size(4)}, x.options());
  Pieces(x).for_each([&](const Piece& piece) {  // one by one: a reduction's order may depend on the shape
    part_of(y, piece).copy_(part_of(norm.y, piece).relu().mean(at::IntArrayRef({1, 2})));
  });
  return {y, norm.moments};
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
