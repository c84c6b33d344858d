#pragma once
#include <cstdint>
#include <random>
#include <vector>

// What the CPU kernels compute, written as the formulas stand, in float64: one loop an index, no layout, no
// blocking.

namespace ttt::reference {

using Values = std::vector<double>;

struct Size {
  int64_t images;
  int height, width, channels;
  int64_t floats() const { return images * height * width * channels; }
  int64_t at(int64_t v, int y, int x, int c) const { return ((v * height + y) * width + x) * channels + c; }
};

/// y [V, ceil(H / stride), ceil(W / stride), out] of x [V, H, W, in] and weights [out, in, 3, 3]; padding 1.
Values conv(const Size& in, const Values& x, const Values& weights, int out_channels, int stride);
Values conv_input_gradient(const Size& in, const Values& dy, const Values& weights, int out_channels,
                           int stride);
Values conv_weight_gradient(const Size& in, const Values& x, const Values& dy, int out_channels, int stride);

struct NormOptions {
  int groups;
  double epsilon;
};
struct Normed {
  Values xhat, inverse;  // inverse: deviation's, for every value
  Values z;              // xhat * scale + shift
  Values a;              // max(0, z)
};
Normed norm_relu(const Size& size, const NormOptions& options, const Values& x, const Values& scale,
                 const Values& shift);

struct NormGradients {
  Values x, scale, shift;
};
NormGradients norm_relu_gradient(const Size& size, const NormOptions& options, const Normed& normed,
                                 const Values& scale, const Values& da);

/// The average of 2x2 pixels, or of those there are, with zeros for missing channels; and its transpose.
Values pooled(const Size& in, const Values& x, int out_channels);
Values pooled_gradient(const Size& in, const Values& dy, int out_channels);

/// Uniform in [-1, 1) times `size`, plus `offset`, rounded to float; the same everywhere.
std::vector<float> random_floats(int64_t count, unsigned seed, float size = 1.0f, float offset = 0.0f);
Values widened(const std::vector<float>& values);

/// Largest difference over the largest value of `truth`; NaN counts as infinite.
double relative_error(const std::vector<float>& values, const Values& truth);

}  // namespace ttt::reference
