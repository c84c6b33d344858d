#pragma once
#include <ostream>

#include "kernels/cuda/conv/conv.h"
#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"
#include "tests/kernels/cuda/rounded.h"

namespace ttt::cuda {

inline std::ostream& operator<<(std::ostream& out, const ConvShape& s) {
  return out << s.lanes << " lanes " << s.views << " views " << s.height << "x" << s.width << " "
             << s.in_channels << "->" << s.out_channels << " stride " << s.stride << " " << name(s.precision);
}

/// Random tensors of one convolution on the host, a weight a lane, and its three results.
struct ConvCase {
  ConvShape s;
  Floats x, weights, dy, y, dx, dw;

  explicit ConvCase(const ConvShape& shape)
      : s(shape),
        x(reference::random_floats(s.lanes * s.views * s.in_floats(), 1)),
        weights(reference::random_floats(s.lanes * s.weights(), 2)),
        dy(reference::random_floats(s.lanes * s.views * s.out_floats(), 3)) {}

  void run(HostQueue queue, int64_t weight_stride) {
    y = poisoned(static_cast<int64_t>(dy.size()));
    dx = poisoned(static_cast<int64_t>(x.size()));
    dw = poisoned(static_cast<int64_t>(weights.size()));
    const LaneFloats w = {weights.data(), weight_stride};
    convolve(queue, s, x.data(), {}, w, Store{y.data(), {}, nullptr, 1, 0});
    Floats workspace = poisoned(weight_gradient_workspace(s));
    weight_gradient(queue, s, x.data(), {}, dy.data(), dw.data(), workspace.data());
    if (s.in_channels % 8 == 0) back(queue, w);
  }
  void run(HostQueue queue = HostQueue()) { run(queue, s.weights()); }

  /// The plain input gradient: through a norm that leaves x as it is, and x > 0.
  void back(HostQueue queue, const LaneFloats& w) {
    const int64_t rows = s.lanes * s.views;
    const Floats positive(x.size(), 1.0f), one(s.in_channels, 1.0f), zero(s.in_channels, 0.0f);
    Floats moments, sums = poisoned(rows * gate_bands(s) * s.in_channels * 2);
    for (int64_t n = 0; n < rows; ++n) moments.insert(moments.end(), {0.0f, 1.0f});
    const Norm norm = {1, moments.data(), {one.data(), 0}, {zero.data(), 0}};
    convolve_back(queue, s, dy.data(), w, Gate{positive.data(), norm, dx.data(), sums.data()});
  }

  reference::Size in_size() const { return {s.views, s.height, s.width, s.in_channels}; }
};

/// Of the reference network, of others, and sizes that tiles do not divide.
inline std::vector<ConvShape> conv_shapes() {
  return {
      {1, 2, 32, 32, 16, 16, 1},  // the reference network
      {2, 9, 16, 16, 32, 32, 1}, {2, 5, 8, 8, 64, 64, 1},   {1, 2, 32, 32, 16, 32, 2},
      {1, 3, 16, 16, 32, 64, 2}, {2, 3, 32, 32, 3, 16, 1},  {1, 8, 16, 16, 8, 8, 1},  // the quickstart's
      {2, 2, 28, 28, 16, 16, 1}, {3, 9, 7, 7, 16, 16, 1},  // sizes that tiles do not divide
      {1, 2, 5, 9, 24, 24, 1},   {2, 20, 1, 1, 8, 8, 1},    {1, 3, 2, 3, 40, 40, 1},
      {1, 2, 7, 7, 16, 32, 2},   {1, 2, 15, 9, 24, 48, 2},  {1, 2, 1, 1, 8, 16, 2},
      {1, 2, 9, 11, 1, 8, 2},    {1, 1, 96, 40, 16, 16, 1},  // a view of several blocks
      {1, 1, 64, 64, 16, 32, 2}, {1, 1, 8, 8, 128, 128, 1}, {2, 45, 4, 4, 8, 16, 2},  // more than 8 chunks
  };
}

/// Those known in a precision of fewer bits: all but images.
inline std::vector<ConvShape> conv_shapes(Precision precision) {
  std::vector<ConvShape> shapes = conv_shapes();
  std::erase_if(shapes, [](const ConvShape& s) { return s.in_channels % 8 != 0; });
  for (ConvShape& s : shapes) s.precision = precision;
  return shapes;
}

}  // namespace ttt::cuda
