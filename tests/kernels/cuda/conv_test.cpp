#include "kernels/cuda/conv/conv.h"

#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"

namespace ttt::cuda {
namespace {

using reference::Values;
using reference::widened;

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

INSTANTIATE_TEST_SUITE_P(Shapes, Conv, testing::ValuesIn(conv_shapes()));

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
