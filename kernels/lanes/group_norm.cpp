#include "kernels/lanes/group_norm.h"

#include <cmath>
#include <vector>

#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// Plain loops over one view at a time. Sums over pixels are kept per channel in double, first the mean, then
// the squares about it: safe when the mean is much larger than the deviation.

/// One view's map [area, channels].
struct Map {
  int64_t area, channels, groups;
  int64_t group_of(int64_t c) const { return c / (channels / groups); }
  double group_size() const { return static_cast<double>(area * channels / groups); }
};

/// Sum over pixels of f(index, channel), per channel.
template <typename F>
std::vector<double> channel_sums(const Map& map, F&& f) {
  std::vector<double> sums(map.channels, 0.0);
  for (int64_t p = 0; p < map.area; ++p)
    for (int64_t c = 0; c < map.channels; ++c) sums[c] += f(p * map.channels + c, c);
  return sums;
}

std::vector<double> group_sums(const Map& map, const std::vector<double>& per_channel) {
  std::vector<double> sums(map.groups, 0.0);
  for (int64_t c = 0; c < map.channels; ++c) sums[map.group_of(c)] += per_channel[c];
  return sums;
}

/// Mean and inverse deviation of each group, [groups, 2].
template <typename T>
void measure(const Map& map, const T* x, T* moments) {
  const auto total =
      group_sums(map, channel_sums(map, [&](int64_t i, int64_t) { return static_cast<double>(x[i]); }));
  for (int64_t g = 0; g < map.groups; ++g) moments[2 * g] = static_cast<T>(total[g] / map.group_size());
  const auto squares = group_sums(map, channel_sums(map, [&](int64_t i, int64_t c) {
                                    const double d = static_cast<double>(x[i] - moments[2 * map.group_of(c)]);
                                    return d * d;
                                  }));
  for (int64_t g = 0; g < map.groups; ++g)
    moments[2 * g + 1] = static_cast<T>(1 / std::sqrt(squares[g] / map.group_size() + norm_epsilon));
}

template <typename T>
void normalise(const Map& map, const T* x, const T* moments, const T* scale, const T* shift, T* y) {
  for (int64_t p = 0; p < map.area; ++p)
    for (int64_t c = 0; c < map.channels; ++c) {
      const int64_t i = p * map.channels + c, g = map.group_of(c);
      y[i] = (x[i] - moments[2 * g]) * moments[2 * g + 1] * scale[c] + shift[c];
    }
}

/// dx = deviation (dy scale - mean(dy scale) - xhat mean(dy scale xhat)), means over the group.
template <typename T>
void differentiate(const Map& map, const T* dy, const T* x, const T* moments, const T* scale, T* dx,
                   double* dscale, double* dshift) {
  const auto xhat = [&](int64_t i, int64_t c) {
    const int64_t g = map.group_of(c);
    return (x[i] - moments[2 * g]) * moments[2 * g + 1];
  };
  const auto along =
      channel_sums(map, [&](int64_t i, int64_t c) { return static_cast<double>(dy[i] * xhat(i, c)); });
  const auto plain = channel_sums(map, [&](int64_t i, int64_t) { return static_cast<double>(dy[i]); });
  std::vector<double> scaled_along(along), scaled_plain(plain);
  for (int64_t c = 0; c < map.channels; ++c) {
    dscale[c] += along[c];
    dshift[c] += plain[c];
    scaled_along[c] *= static_cast<double>(scale[c]);
    scaled_plain[c] *= static_cast<double>(scale[c]);
  }
  if (!dx) return;
  const auto group_along = group_sums(map, scaled_along), group_plain = group_sums(map, scaled_plain);
  for (int64_t p = 0; p < map.area; ++p)
    for (int64_t c = 0; c < map.channels; ++c) {
      const int64_t i = p * map.channels + c, g = map.group_of(c);
      const T mean_plain = static_cast<T>(group_plain[g] / map.group_size());
      const T mean_along = static_cast<T>(group_along[g] / map.group_size());
      dx[i] = moments[2 * g + 1] * (dy[i] * scale[c] - mean_plain - xhat(i, c) * mean_along);
    }
}

Map map_of(const at::Tensor& x, int64_t groups) { return {x.size(2) * x.size(3), x.size(4), groups}; }

}  // namespace

GroupNorm group_norm(const at::Tensor& x_, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  const at::Tensor x = x_.contiguous();
  const int64_t rows = x.size(0) * x.size(1);
  const Map map = map_of(x, groups);
  const at::Tensor moments = at::empty({x.size(0), x.size(1), groups, 2}, x.options());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm", [&] {
    for (int64_t row = 0; row < rows; ++row)
      measure(map, x.const_data_ptr<scalar_t>() + row * map.area * map.channels,
              moments.mutable_data_ptr<scalar_t>() + row * groups * 2);
  });
  return {renormalised(x, moments, scale, shift), moments};
}

at::Tensor renormalised(const at::Tensor& x_, const at::Tensor& moments, const at::Tensor& scale,
                        const at::Tensor& shift) {
  const at::Tensor x = x_.contiguous(), y = at::empty_like(x);
  const int64_t lanes = x.size(0), views = x.size(1);
  const Map map = map_of(x, moments.size(2));
  const int64_t size = map.area * map.channels;
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "renormalised", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      const at::Tensor s = scale.select(0, k).contiguous(), t = shift.select(0, k).contiguous();
      for (int64_t row = k * views; row < (k + 1) * views; ++row)
        normalise(map, x.const_data_ptr<scalar_t>() + row * size,
                  moments.const_data_ptr<scalar_t>() + row * map.groups * 2, s.const_data_ptr<scalar_t>(),
                  t.const_data_ptr<scalar_t>(), y.mutable_data_ptr<scalar_t>() + row * size);
    }
  });
  return y;
}

GroupNormGradients group_norm_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& moments,
                                       const at::Tensor& scale, bool want_input) {
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const int64_t lanes = x.size(0), views = x.size(1);
  const Map map = map_of(x, moments.size(2));
  const int64_t size = map.area * map.channels;
  const at::Tensor dscale = at::zeros({lanes, map.channels}, at::kDouble), dshift = at::zeros_like(dscale);
  const at::Tensor dx = want_input ? at::empty_like(x) : at::Tensor();
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_backward", [&] {
    for (int64_t k = 0; k < lanes; ++k) {
      const at::Tensor s = scale.select(0, k).contiguous();
      for (int64_t row = k * views; row < (k + 1) * views; ++row)
        differentiate(map, dy.const_data_ptr<scalar_t>() + row * size,
                      x.const_data_ptr<scalar_t>() + row * size,
                      moments.const_data_ptr<scalar_t>() + row * map.groups * 2, s.const_data_ptr<scalar_t>(),
                      want_input ? dx.mutable_data_ptr<scalar_t>() + row * size : nullptr,
                      dscale.mutable_data_ptr<double>() + k * map.channels,
                      dshift.mutable_data_ptr<double>() + k * map.channels);
    }
  });
  return {dx, dscale.to(x.scalar_type()), dshift.to(x.scalar_type())};
}

}  // namespace ttt::lanes
