#pragma once
#include <cmath>

#include "tests/kernels/cuda/conv_case.h"
#include "tests/kernels/cuda/rounded.h"

namespace ttt::cuda {

inline reference::Values magnitudes(reference::Values values) {
  for (double& x : values) x = std::abs(x);
  return values;
}

/// What the convolution of lane k gives in float64, of operands rounded to a precision; or with `change` what
/// it gives of them after that.
struct ConvTruth {
  using Values = reference::Values;
  Values y, dx, dw;

  ConvTruth(
      const ConvCase& c, int64_t k, Precision precision,
      Values (*change)(Values) = [](Values values) { return values; }) {
    using namespace reference;
    const ConvShape& s = c.s;
    const auto of = [&](const Floats& all) {
      return change(rounded(widened(lane_of(all, k, s.lanes)), precision));
    };
    const Values x = of(c.x), w = of(c.weights), dy = of(c.dy);
    y = conv(c.in_size(), x, w, s.out_channels, s.stride);
    dx = conv_input_gradient(c.in_size(), dy, w, s.out_channels, s.stride);
    dw = conv_weight_gradient(c.in_size(), x, dy, s.out_channels, s.stride);
  }
};

/// Largest error, in parts of the sum of the magnitudes of what is added up; NaN counts as infinite.
inline double error(const Floats& values, const reference::Values& truth,
                    const reference::Values& magnitude) {
  double worst = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double e = std::abs(static_cast<double>(values[i]) - truth[i]) / (magnitude[i] + 1e-30);
    worst = e <= worst ? worst : std::isnan(e) ? INFINITY : e;
  }
  return worst;
}

}  // namespace ttt::cuda
