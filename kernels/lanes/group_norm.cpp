#include "kernels/lanes/group_norm.h"

#include <ATen/ATen.h>

#include <array>

#include "kernels/lanes/layout.h"

namespace ttt::lanes {

GroupNorm group_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  const int64_t views = x.size(1), area = x.size(2) * x.size(3), channels = x.size(4);
  std::vector<at::Tensor> y, mean, deviation;
  for (int64_t k = 0; k < x.size(0); ++k) {
    const auto [out, m, d] =
        at::native_group_norm(channels_first(x, k), scale.select(0, k), shift.select(0, k), views, channels,
                              area, groups, norm_epsilon);
    y.push_back(channels_innermost(out));
    mean.push_back(m);
    deviation.push_back(d);
  }
  return {join(y), join(mean), join(deviation)};
}

GroupNormGradients group_norm_backward(const at::Tensor& dy, const at::Tensor& x, const GroupNorm& forward,
                                       const at::Tensor& scale, int groups, bool want_input) {
  const int64_t views = x.size(1), area = x.size(2) * x.size(3), channels = x.size(4);
  std::vector<at::Tensor> input, dscale, dshift;
  for (int64_t k = 0; k < x.size(0); ++k) {
    const auto [dx, ds, dt] =
        at::native_group_norm_backward(channels_first(dy, k), channels_first(x, k), forward.mean.select(0, k),
                                       forward.deviation.select(0, k), scale.select(0, k), views, channels,
                                       area, groups, std::array<bool, 3>{want_input, true, true});
    if (want_input) input.push_back(channels_innermost(dx));
    dscale.push_back(ds);
    dshift.push_back(dt);
  }
  return {want_input ? join(input) : at::Tensor(), join(dscale), join(dshift)};
}

}  // namespace ttt::lanes
