#include "kernels/lanes/group_norm.h"

#include <cmath>
#include <vector>

#include "kernels/lanes/composed_norm.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/pieces.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

// Plain loops over one view at a time, channels innermost, which the compiler turns into vectors. Sums over
// pixels are kept per channel in double, first the mean, then the squares about it: safe when the mean is
// much larger than the deviation.

/// One view's map [area, channels].
struct Map {
  int64_t area, channels, groups;
  int64_t group_of(int64_t c) const { return c / (channels / groups); }
  double group_size() const { return static_cast<double>(area * channels / groups); }
};

std::vector<double> group_sums(const Map& map, const std::vector<double>& per_channel) {
  std::vector<double> sums(map.groups, 0.0);
  for (int64_t c = 0; c < map.channels; ++c) sums[map.group_of(c)] += per_channel[c];
  return sums;
}

/// Per channel, what value(group) gives.
template <typename T, typename F>
std::vector<T> spread(const Map& map, F&& value) {
  std::vector<T> values(map.channels);
  for (int64_t c = 0; c < map.channels; ++c) values[c] = static_cast<T>(value(map.group_of(c)));
  return values;
}
template <typename T>
std::vector<T> means(const Map& map, const T* moments) {
  return spread<T>(map, [&](int64_t g) { return moments[2 * g]; });
}
template <typename T>
std::vector<T> inverse_deviations(const Map& map, const T* moments) {
  return spread<T>(map, [&](int64_t g) { return moments[2 * g + 1]; });
}

template <typename T>
std::vector<double> channel_sums(const Map& map, const T* x) {
  std::vector<double> sums(map.channels, 0.0);
  double* __restrict sum = sums.data();
  for (int64_t p = 0; p < map.area; ++p) {
    const T* __restrict row = x + p * map.channels;
    for (int64_t c = 0; c < map.channels; ++c) sum[c] += static_cast<double>(row[c]);
  }
  return sums;
}

/// Sums of the squared distances from `centre`, one a channel.
template <typename T>
std::vector<double> channel_squares(const Map& map, const T* x, const std::vector<T>& centre) {
  std::vector<double> sums(map.channels, 0.0);
  double* __restrict sum = sums.data();
  const T* __restrict middle = centre.data();
  for (int64_t p = 0; p < map.area; ++p) {
    const T* __restrict row = x + p * map.channels;
    for (int64_t c = 0; c < map.channels; ++c) {
      const auto d = static_cast<double>(row[c] - middle[c]);
      sum[c] += d * d;
    }
  }
  return sums;
}

/// Mean and inverse deviation of each group, [groups, 2].
template <typename T>
void measure(const Map& map, const T* x, T* moments) {
  const auto total = group_sums(map, channel_sums(map, x));
  for (int64_t g = 0; g < map.groups; ++g) moments[2 * g] = static_cast<T>(total[g] / map.group_size());
  const auto squares = group_sums(map, channel_squares(map, x, means(map, moments)));
  for (int64_t g = 0; g < map.groups; ++g)
    moments[2 * g + 1] = static_cast<T>(1 / std::sqrt(squares[g] / map.group_size() + norm_epsilon));
}

template <typename T>
void normalise(const Map& map, const T* x, const T* moments, const T* scale_, const T* shift_, T* y) {
  const std::vector<T> mean_ = means(map, moments), inverse_ = inverse_deviations(map, moments);
  const T* __restrict mean = mean_.data(), * __restrict inverse = inverse_.data(), * __restrict scale = scale_, * __restrict shift = shift_;
  for (int64_t p = 0; p < map.area; ++p) {
    const T* __restrict from = x + p * map.channels;
    T* __restrict to = y + p * map.channels;
    for (int64_t c = 0; c < map.channels; ++c) to[c] = (from[c] - mean[c]) * inverse[c] * scale[c] + shift[c];
  }
}

/// Per channel: sums of dy and of dy xhat.
struct Sums {
  std::vector<double> plain, along;
};
template <typename T>
Sums gradient_sums(const Map& map, const T* dy, const T* x, const std::vector<T>& mean_,
                   const std::vector<T>& inverse_) {
  Sums sums{std::vector<double>(map.channels, 0.0), std::vector<double>(map.channels, 0.0)};
  double* __restrict plain = sums.plain.data(), * __restrict along = sums.along.data();
  const T* __restrict mean = mean_.data(), * __restrict inverse = inverse_.data();
  for (int64_t p = 0; p < map.area; ++p) {
    const T* __restrict d = dy + p * map.channels, * __restrict row = x + p * map.channels;
    for (int64_t c = 0; c < map.channels; ++c) {
      plain[c] += static_cast<double>(d[c]);
      along[c] += static_cast<double>(d[c] * ((row[c] - mean[c]) * inverse[c]));
    }
  }
  return sums;
}

/// dx = (dy scale - mean(dy scale) - xhat mean(dy scale xhat)) / deviation, means over the group.
template <typename T>
void differentiate(const Map& map, const T* dy, const T* x, const T* moments, const T* scale_, T* dx,
                   double* dscale, double* dshift) {
  const std::vector<T> mean_ = means(map, moments), inverse_ = inverse_deviations(map, moments);
  Sums sums = gradient_sums(map, dy, x, mean_, inverse_);
  for (int64_t c = 0; c < map.channels; ++c) {
    dscale[c] += sums.along[c];
    dshift[c] += sums.plain[c];
    sums.along[c] *= static_cast<double>(scale_[c]);
    sums.plain[c] *= static_cast<double>(scale_[c]);
  }
  if (!dx) return;
  const auto group_plain = group_sums(map, sums.plain), group_along = group_sums(map, sums.along);
  const auto plain_ = spread<T>(map, [&](int64_t g) { return group_plain[g] / map.group_size(); });
  const auto along_ = spread<T>(map, [&](int64_t g) { return group_along[g] / map.group_size(); });
  const T *__restrict mean = mean_.data(), *__restrict inverse = inverse_.data(), *__restrict scale = scale_,
          *__restrict plain = plain_.data(), *__restrict along = along_.data();
  for (int64_t p = 0; p < map.area; ++p) {
    const T* __restrict d = dy + p * map.channels, * __restrict row = x + p * map.channels;
    T* __restrict to = dx + p * map.channels;
    for (int64_t c = 0; c < map.channels; ++c)
      to[c] = inverse[c] * (d[c] * scale[c] - plain[c] - (row[c] - mean[c]) * inverse[c] * along[c]);
  }
}

Map map_of(const at::Tensor& x, int64_t groups) { return {x.size(2) * x.size(3), x.size(4), groups}; }

}  // namespace

GroupNorm group_norm(const at::Tensor& x_, const at::Tensor& scale, const at::Tensor& shift, int groups) {
  if (!x_.is_cpu()) return composed_norm(x_, scale, shift, groups);
  const at::Tensor x = x_.contiguous();
  const int64_t rows = x.size(0) * x.size(1);
  const Map map = map_of(x, groups);
  const at::Tensor moments = at::empty({x.size(0), x.size(1), groups, 2}, x.options());
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm", [&] {
    for_each_task(rows, [&](int64_t row) {
      measure(map, x.const_data_ptr<scalar_t>() + row * map.area * map.channels,
              moments.mutable_data_ptr<scalar_t>() + row * groups * 2);
    });
  });
  return {renormalised(x, moments, scale, shift), moments};
}

at::Tensor renormalised(const at::Tensor& x_, const at::Tensor& moments, const at::Tensor& scale,
                        const at::Tensor& shift) {
  if (!x_.is_cpu()) return composed_renormalised(x_, moments, scale, shift);
  const at::Tensor x = x_.contiguous(), y = at::empty_like(x);
  const at::Tensor s = contiguous_lanes(scale), t = contiguous_lanes(shift);
  const int64_t lanes = x.size(0), views = x.size(1);
  const Map map = map_of(x, moments.size(2));
  const int64_t size = map.area * map.channels;
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "renormalised", [&] {
    for_each_task(lanes * views, [&](int64_t row) {
      const int64_t k = row / views;
      normalise(map, x.const_data_ptr<scalar_t>() + row * size,
                moments.const_data_ptr<scalar_t>() + row * map.groups * 2,
                s.const_data_ptr<scalar_t>() + k * s.stride(0),
                t.const_data_ptr<scalar_t>() + k * t.stride(0), y.mutable_data_ptr<scalar_t>() + row * size);
    });
  });
  return y;
}

GroupNormGradients group_norm_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& moments,
                                       const at::Tensor& scale, bool want_input) {
  if (!x_.is_cpu()) return composed_norm_backward(dy_, x_, moments, scale, want_input);
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous(), s = contiguous_lanes(scale);
  const Map map = map_of(x, moments.size(2));
  const int64_t size = map.area * map.channels;
  const Pieces pieces(x);
  const at::Tensor dscale = pieces.sums({map.channels}, at::kDouble).zero_(), dshift = at::zeros_like(dscale);
  const at::Tensor dx = want_input ? at::empty_like(x) : at::Tensor();
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "group_norm_backward", [&] {
    pieces.for_each([&](const Piece& piece) {
      const int64_t first = piece.lane * x.size(1) + piece.first;
      const int64_t sum = piece.lane * dscale.stride(0) + piece.index * dscale.stride(1);
      for (int64_t row = first; row < first + piece.views; ++row)
        differentiate(map, dy.const_data_ptr<scalar_t>() + row * size,
                      x.const_data_ptr<scalar_t>() + row * size,
                      moments.const_data_ptr<scalar_t>() + row * map.groups * 2,
                      s.const_data_ptr<scalar_t>() + piece.lane * s.stride(0),
                      want_input ? dx.mutable_data_ptr<scalar_t>() + row * size : nullptr,
                      dscale.mutable_data_ptr<double>() + sum, dshift.mutable_data_ptr<double>() + sum);
    });
  });
  return {dx, added_up(dscale).to(x.scalar_type()), added_up(dshift).to(x.scalar_type())};
}

}  // namespace ttt::lanes
