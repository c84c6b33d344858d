#include "kernels/lanes/composed_norm.h"

#include <array>

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

constexpr std::array<int64_t, 2> within_group = {2, 4};  // pixels and channels of grouped()
constexpr std::array<int64_t, 3> but_channels = {1, 2, 3};

/// [K, V, pixels, G, channels of a group].
at::Tensor grouped(const at::Tensor& x, int64_t groups) {
  return x.reshape({x.size(0), x.size(1), -1, groups, x.size(4) / groups});
}

/// One number of each group, beside grouped().
at::Tensor of_groups(const at::Tensor& moments /* [K, V, G, 2] */, int64_t which) {
  return moments.select(-1, which).unsqueeze(2).unsqueeze(-1);
}

at::Tensor mean_within(const at::Tensor& x) { return x.mean(within_group, /*keepdim=*/true); }

at::Tensor normalised(const at::Tensor& x, const at::Tensor& moments) {
  return ((grouped(x, moments.size(2)) - of_groups(moments, 0)) * of_groups(moments, 1)).view(x.sizes());
}

/// One number of each channel [K, C], beside x.
at::Tensor of_channels(const at::Tensor& w) { return w.unsqueeze(1).unsqueeze(1).unsqueeze(1); }

}  // namespace

GroupNorm composed_norm(const at::Tensor& x, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  const at::Tensor g = grouped(x, groups), mean = mean_within(g), centred = g - mean;
  const at::Tensor inverse = (mean_within(centred * centred) + norm_epsilon).rsqrt();
  const std::vector<int64_t> shape = {x.size(0), x.size(1), groups};
  const at::Tensor moments = at::stack({mean.reshape(shape), inverse.reshape(shape)}, -1);
  return {composed_renormalised(x, moments, scale, shift), moments};
}

at::Tensor composed_renormalised(const at::Tensor& x, const at::Tensor& moments, const at::Tensor& scale,
                                 const at::Tensor& shift) {
  return normalised(x, moments) * of_channels(scale) + of_channels(shift);
}

GroupNormGradients composed_norm_backward(const at::Tensor& dy, const at::Tensor& x,
                                          const at::Tensor& moments, const at::Tensor& scale,
                                          bool want_input) {
  const at::Tensor xhat = normalised(x, moments);
  GroupNormGradients g{{}, (dy * xhat).sum(but_channels), dy.sum(but_channels)};
  if (!want_input) return g;
  const int64_t groups = moments.size(2);
  const at::Tensor scaled = grouped(dy * of_channels(scale), groups), along = grouped(xhat, groups);
  g.input = ((scaled - mean_within(scaled) - along * mean_within(scaled * along)) * of_groups(moments, 1))
                .view(x.sizes());
  return g;
}

}  // namespace ttt::lanes
