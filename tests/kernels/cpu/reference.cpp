#include "tests/kernels/cpu/reference.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace ttt::reference {
namespace {

Size out_size(const Size& in, int out_channels, int stride) {
  return {in.images, (in.height + stride - 1) / stride, (in.width + stride - 1) / stride, out_channels};
}

/// Calls f(index of x, index of weights, index of y) for every product of a convolution.
template <class F>
void for_products(const Size& in, int out_channels, int stride, F&& f) {
  const Size out = out_size(in, out_channels, stride);
  for (int64_t v = 0; v < in.images; ++v)
    for (int y = 0; y < out.height; ++y)
      for (int x = 0; x < out.width; ++x)
        for (int tap = 0; tap < 9; ++tap) {
          const int row = y * stride + tap / 3 - 1, column = x * stride + tap % 3 - 1;
          if (row < 0 || row >= in.height || column < 0 || column >= in.width) continue;
          for (int o = 0; o < out_channels; ++o)
            for (int i = 0; i < in.channels; ++i)
              f(in.at(v, row, column, i), (static_cast<int64_t>(o) * in.channels + i) * 9 + tap,
                out.at(v, y, x, o));
        }
}

/// Calls f(image and group, channel, index) for every value.
template <class F>
void for_groups(const Size& size, int groups, F&& f) {
  for (int64_t v = 0; v < size.images; ++v)
    for (int y = 0; y < size.height; ++y)
      for (int x = 0; x < size.width; ++x)
        for (int c = 0; c < size.channels; ++c)
          f(v * groups + c / (size.channels / groups), c, size.at(v, y, x, c));
}

}  // namespace

Values conv(const Size& in, const Values& x, const Values& weights, int out_channels, int stride) {
  Values y(static_cast<size_t>(out_size(in, out_channels, stride).floats()));
  for_products(in, out_channels, stride, [&](int64_t i, int64_t w, int64_t o) { y[o] += x[i] * weights[w]; });
  return y;
}

Values conv_input_gradient(const Size& in, const Values& dy, const Values& weights, int out_channels,
                           int stride) {
  Values dx(static_cast<size_t>(in.floats()));
  for_products(in, out_channels, stride,
               [&](int64_t i, int64_t w, int64_t o) { dx[i] += dy[o] * weights[w]; });
  return dx;
}

Values conv_weight_gradient(const Size& in, const Values& x, const Values& dy, int out_channels, int stride) {
  Values dw(static_cast<size_t>(out_channels) * in.channels * 9);
  for_products(in, out_channels, stride, [&](int64_t i, int64_t w, int64_t o) { dw[w] += x[i] * dy[o]; });
  return dw;
}

Normed norm_relu(const Size& size, const NormOptions& options, const Values& x, const Values& scale,
                 const Values& shift) {
  const auto groups = static_cast<size_t>(size.images * options.groups);
  const double count = static_cast<double>(size.floats()) / static_cast<double>(groups);
  Values mean(groups), variance(groups);
  for_groups(size, options.groups, [&](int64_t g, int, int64_t i) { mean[g] += x[i] / count; });
  for_groups(size, options.groups,
             [&](int64_t g, int, int64_t i) { variance[g] += (x[i] - mean[g]) * (x[i] - mean[g]) / count; });
  Normed normed = {x, x, x, x};
  for_groups(size, options.groups, [&](int64_t g, int c, int64_t i) {
    normed.inverse[i] = 1 / std::sqrt(variance[g] + options.epsilon);
    normed.xhat[i] = (x[i] - mean[g]) * normed.inverse[i];
    normed.z[i] = normed.xhat[i] * scale[c] + shift[c];
    normed.a[i] = std::max(0.0, normed.z[i]);
  });
  return normed;
}

NormGradients norm_relu_gradient(const Size& size, const NormOptions& options, const Normed& normed,
                                 const Values& scale, const Values& da) {
  const auto groups = static_cast<size_t>(size.images * options.groups);
  const double count = static_cast<double>(size.floats()) / static_cast<double>(groups);
  NormGradients gradients = {Values(da.size()), Values(scale.size()), Values(scale.size())};
  Values average(groups), average_xhat(groups);
  const auto dz = [&](int64_t i) { return normed.z[i] > 0 ? da[i] : 0.0; };
  for_groups(size, options.groups, [&](int64_t g, int c, int64_t i) {
    gradients.scale[c] += dz(i) * normed.xhat[i];
    gradients.shift[c] += dz(i);
    average[g] += scale[c] * dz(i) / count;
    average_xhat[g] += scale[c] * dz(i) * normed.xhat[i] / count;
  });
  for_groups(size, options.groups, [&](int64_t g, int c, int64_t i) {
    gradients.x[i] = normed.inverse[i] * (scale[c] * dz(i) - average[g] - normed.xhat[i] * average_xhat[g]);
  });
  return gradients;
}

namespace {

/// Calls f(index of x, index of y, 1 / number of pixels averaged) for every pixel and channel of x.
template <class F>
void for_pooled(const Size& in, int out_channels, F&& f) {
  const Size out = out_size(in, out_channels, 2);
  for_groups(in, 1, [&](int64_t v, int c, int64_t i) {
    const auto pixel = static_cast<int>(i / in.channels % (static_cast<int64_t>(in.height) * in.width));
    const int y = pixel / in.width / 2, x = pixel % in.width / 2;
    const int rows = std::min(2, in.height - 2 * y), columns = std::min(2, in.width - 2 * x);
    f(i, out.at(v, y, x, c), 1.0 / (rows * columns));
  });
}

}  // namespace

Values pooled(const Size& in, const Values& x, int out_channels) {
  Values y(static_cast<size_t>(out_size(in, out_channels, 2).floats()));
  for_pooled(in, out_channels, [&](int64_t i, int64_t o, double share) { y[o] += x[i] * share; });
  return y;
}

Values pooled_gradient(const Size& in, const Values& dy, int out_channels) {
  Values dx(static_cast<size_t>(in.floats()));
  for_pooled(in, out_channels, [&](int64_t i, int64_t o, double share) { dx[i] = dy[o] * share; });
  return dx;
}

std::vector<float> random_floats(int64_t count, unsigned seed, float size, float offset) {
  std::mt19937 bits(seed);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = (static_cast<float>(bits() >> 8) * 0x1p-23f - 1.0f) * size + offset;
  return values;
}

Values widened(const std::vector<float>& values) { return {values.begin(), values.end()}; }

double relative_error(const std::vector<float>& values, const Values& truth) {
  if (values.size() != truth.size()) return std::numeric_limits<double>::infinity();
  double largest = 0, error = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    largest = std::max(largest, std::abs(truth[i]));
    const double difference = std::abs(static_cast<double>(values[i]) - truth[i]);
    error = difference <= error ? error : difference;  // also taken if not a number
    if (std::isnan(error)) return std::numeric_limits<double>::infinity();
  }
  return error / largest;
}

}  // namespace ttt::reference
