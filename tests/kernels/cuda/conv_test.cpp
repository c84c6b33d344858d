#include "kernels/cuda/conv/conv.h"

#include <gtest/gtest.h>

#include <ostream>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {

std::ostream& operator<<(std::ostream& out, const ConvShape& s) {
  return out << s.lanes << " lanes " << s.views << " views " << s.height << "x" << s.width << " "
             << s.in_channels << "->" << s.out_channels << " stride " << s.stride;
}

namespace {

using reference::random_floats;
using reference::Size;
using reference::Values;
using reference::widened;

/// Random tensors of one convolution on the host, a weight a lane, and its three results.
struct ConvCase {
  ConvShape s;
  Floats x, weights, dy, y, dx, dw;

  explicit ConvCase(const ConvShape& shape)
      : s(shape),
        x(random_floats(s.lanes * s.views * s.in_floats(), 1)),
        weights(random_floats(s.lanes * s.weights(), 2)),
        dy(random_floats(s.lanes * s.views * s.out_floats(), 3)) {}

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

  Size in_size() const { return {s.views, s.height, s.width, s.in_channels}; }
};

std::vector<ConvShape> shapes() {
  return {
      {1, 2, 32, 32, 16, 16, 1},  // the reference network
      {2, 9, 16, 16, 32, 32, 1}, {2, 5, 8, 8, 64, 64, 1},   {1, 2, 32, 32, 16, 32, 2},
      {1, 3, 16, 16, 32, 64, 2}, {2, 3, 32, 32, 3, 16, 1},  {1, 8, 16, 16, 8, 8, 1},  // the quickstart's
      {2, 2, 28, 28, 16, 16, 1}, {3, 9, 7, 7, 16, 16, 1},  // sizes that tiles do not divide
      {1, 2, 5, 9, 24, 24, 1},   {2, 20, 1, 1, 8, 8, 1},    {1, 3, 2, 3, 40, 40, 1},
      {1, 2, 7, 7, 16, 32, 2},   {1, 2, 15, 9, 24, 48, 2},  {1, 2, 1, 1, 8, 16, 2},
      {1, 2, 9, 11, 1, 8, 2},    {1, 1, 96, 40, 16, 16, 1},  // a view of several blocks
      {1, 1, 64, 64, 16, 32, 2}, {1, 1, 8, 8, 128, 128, 1},
  };
}

class Conv : public testing::TestWithParam<ConvShape> {};

TEST_P(Conv, ForwardAndGradientsAreThoseOfFloat64) {
  ASSERT_TRUE(supported(GetParam()));
  ConvCase c(GetParam());
  c.run();
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const auto of_lane = [&](const Floats& all) { return lane_of(all, k, c.s.lanes); };
    const Values x = widened(of_lane(c.x)), w = widened(of_lane(c.weights)), dy = widened(of_lane(c.dy));
    using namespace reference;
    EXPECT_LE(relative_error(of_lane(c.y), conv(c.in_size(), x, w, c.s.out_channels, c.s.stride)), 2e-6);
    EXPECT_LE(
        relative_error(of_lane(c.dw), conv_weight_gradient(c.in_size(), x, dy, c.s.out_channels, c.s.stride)),
        2e-6);
    if (c.s.in_channels % 8 == 0) {
      EXPECT_LE(relative_error(of_lane(c.dx),
                               conv_input_gradient(c.in_size(), dy, w, c.s.out_channels, c.s.stride)),
                2e-6);
    }
  }
}

TEST_P(Conv, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  ConvCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.y, down.y);
  EXPECT_EQ(up.dw, down.dw);
  if (up.s.in_channels % 8 == 0) {
    EXPECT_EQ(up.dx, down.dx);
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, Conv, testing::ValuesIn(shapes()));

TEST(Conv, ALaneHasTheSameBitsAloneAndAmongOthers) {
  ConvCase all({3, 5, 8, 8, 16, 16, 1});
  all.run();
  for (int64_t k = 0; k < 3; ++k) {
    ConvCase alone({1, 5, 8, 8, 16, 16, 1});
    alone.x = lane_of(all.x, k, 3);
    alone.weights = lane_of(all.weights, k, 3);
    alone.dy = lane_of(all.dy, k, 3);
    alone.run();
    EXPECT_EQ(alone.y, lane_of(all.y, k, 3));
    EXPECT_EQ(alone.dx, lane_of(all.dx, k, 3));
    EXPECT_EQ(alone.dw, lane_of(all.dw, k, 3));
  }
}

TEST(Conv, AViewHasTheSameBitsAloneAndAmongOthers) {
  ConvCase all({1, 9, 8, 8, 16, 16, 1}), alone({1, 1, 8, 8, 16, 16, 1});
  all.run();
  alone.x = lane_of(all.x, 7, 9);
  alone.dy = lane_of(all.dy, 7, 9);
  alone.run();
  EXPECT_EQ(alone.y, lane_of(all.y, 7, 9));
  EXPECT_EQ(alone.dx, lane_of(all.dx, 7, 9));
}

TEST(Conv, SharedWeightsAreACopyForEveryLane) {
  ConvCase copies({3, 2, 8, 8, 16, 24, 2});
  for (size_t n = 0; n < copies.weights.size(); ++n)
    copies.weights[n] = copies.weights[n % static_cast<size_t>(copies.s.weights())];
  ConvCase shared = copies;
  copies.run();
  shared.run(HostQueue(), 0);
  EXPECT_EQ(copies.y, shared.y);
  EXPECT_EQ(copies.dx, shared.dx);
  EXPECT_EQ(copies.dw, shared.dw);
}

TEST(Conv, KnowsWhatItCannotDo) {
  const auto known = [](int height, int width, int in, int out, int stride) {
    return supported(ConvShape{1, 1, height, width, in, out, stride});
  };
  EXPECT_FALSE(known(8, 8, 12, 16, 1));
  EXPECT_FALSE(known(8, 8, 16, 12, 1));
  EXPECT_FALSE(known(8, 8, 160, 160, 1));
  EXPECT_FALSE(known(8, 8, 16, 16, 3));
  EXPECT_FALSE(known(8, 4000, 16, 16, 1));
  EXPECT_FALSE(known(0, 8, 16, 16, 1));
}

}  // namespace
}  // namespace ttt::cuda
