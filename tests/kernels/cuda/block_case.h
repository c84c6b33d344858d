#pragma once
#include <ostream>

#include "kernels/cuda/block/block_inl.h"
#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {

inline std::ostream& operator<<(std::ostream& out, const BlockShape& s) {
  return out << s.lanes << " lanes " << s.views << " views " << s.height << "x" << s.width << " "
             << s.in_channels << "->" << s.out_channels << " stride " << s.stride << " groups "
             << s.norm_groups << " " << name(s.precision);
}

/// Of the reference network, of others, and sizes that tiles do not divide.
inline std::vector<BlockShape> block_shapes() {
  return {
      {2, 2, 32, 32, 16, 16, 1, 8},  // the reference network
      {1, 3, 16, 16, 32, 32, 1, 8}, {2, 5, 8, 8, 64, 64, 1, 8},
      {1, 2, 32, 32, 16, 32, 2, 8}, {2, 9, 16, 16, 32, 64, 2, 8},
      {2, 9, 16, 16, 8, 8, 1, 4},                                  // the quickstart's
      {1, 9, 16, 16, 8, 16, 2, 4},  {1, 2, 28, 28, 16, 16, 1, 4},  // sizes that tiles do not divide
      {2, 9, 7, 7, 16, 16, 1, 4},   {1, 4, 5, 9, 24, 24, 1, 3},
      {1, 18, 1, 1, 8, 8, 1, 2},    {1, 2, 15, 7, 24, 48, 2, 8},
      {1, 3, 2, 3, 40, 40, 1, 5},   {1, 1, 96, 40, 16, 16, 1, 8},  // a view of several blocks
      {2, 45, 3, 2, 16, 16, 1, 4},                                 // many views
  };
}

/// Random tensors of one residual block on the host, weights a lane, and where results go.
struct BlockCase {
  BlockShape s;
  Floats x, dy, scale1, shift1, conv1, scale2, shift2, conv2;
  Floats y, y_moments, inner, moments1, moments2;
  Floats dx, dscale1, dshift1, dconv1, dscale2, dshift2, dconv2;

  explicit BlockCase(const BlockShape& shape, float offset = 0.1f) : s(shape) {
    using reference::random_floats;
    const int64_t in = s.lanes * s.in_channels, out = s.lanes * s.out_channels, rows = s.lanes * s.views;
    x = random_floats(rows * s.conv1().in_floats(), 1, 1, offset);
    dy = random_floats(rows * s.conv1().out_floats(), 2);
    scale1 = random_floats(in, 3, 0.5f, 1);
    shift1 = random_floats(in, 4, 0.5f);
    conv1 = random_floats(s.lanes * s.conv1().weights(), 5, 0.2f);
    scale2 = random_floats(out, 6, 0.5f, 1);
    shift2 = random_floats(out, 7, 0.5f);
    conv2 = random_floats(s.lanes * s.conv2().weights(), 8, 0.2f);
  }

  BlockWeights weights() const {
    const auto of = [&](const Floats& all) {
      return LaneFloats{all.data(), static_cast<int64_t>(all.size()) / s.lanes};
    };
    return {of(scale1), of(shift1), of(conv1), of(scale2), of(shift2), of(conv2)};
  }
  BlockState state() { return {inner.data(), moments1.data(), moments2.data()}; }

  void forward(const HostQueue& queue, const BlockWeights& w) {
    const int64_t moments = s.lanes * s.views * s.norm_groups * 2;
    y = poisoned(static_cast<int64_t>(dy.size()));
    inner = y;
    moments1 = moments2 = y_moments = poisoned(moments);
    block_forward(queue, s, w, x.data(), Moments1::compute, state(), y.data(), y_moments.data());
  }
  void backward(const HostQueue& queue, const BlockWeights& w) {
    const auto like = [](const Floats& f) { return poisoned(static_cast<int64_t>(f.size())); };
    dx = like(x);
    dscale1 = like(scale1), dshift1 = like(shift1), dconv1 = like(conv1);
    dscale2 = like(scale2), dshift2 = like(shift2), dconv2 = like(conv2);
    Floats workspace = poisoned(block_workspace(s));
    block_backward(queue, s, w, x.data(), state(), dy.data(),
                   {dx.data(), dscale1.data(), dshift1.data(), dconv1.data(), dscale2.data(), dshift2.data(),
                    dconv2.data()},
                   workspace.data());
  }
  void run(const HostQueue& queue = HostQueue()) {
    forward(queue, weights());
    backward(queue, weights());
  }

  /// Lane k as a case of its own, not run.
  BlockCase lane(int64_t k) const {
    BlockCase one = *this;
    one.s.lanes = 1;
    for (auto member : {&BlockCase::x, &BlockCase::dy, &BlockCase::scale1, &BlockCase::shift1,
                        &BlockCase::conv1, &BlockCase::scale2, &BlockCase::shift2, &BlockCase::conv2})
      one.*member = lane_of(this->*member, k, s.lanes);
    return one;
  }
  /// All results of lane k, one after the other.
  Floats results(int64_t k) const {
    Floats all;
    for (auto member : {&BlockCase::y, &BlockCase::y_moments, &BlockCase::inner, &BlockCase::moments1,
                        &BlockCase::moments2, &BlockCase::dx, &BlockCase::dscale1, &BlockCase::dshift1,
                        &BlockCase::dconv1, &BlockCase::dscale2, &BlockCase::dshift2, &BlockCase::dconv2}) {
      const Floats one = lane_of(this->*member, k, s.lanes);
      all.insert(all.end(), one.begin(), one.end());
    }
    return all;
  }
};

}  // namespace ttt::cuda
