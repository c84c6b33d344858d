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

INSTANTIATE_TEST_SUITE_P(Shapes, Conv, testing::ValuesIn(conv_shapes()));

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
  EXPECT_FALSE(known(96, 96, 64, 128, 2));  // not two rows fit a block
  EXPECT_FALSE(known(96, 96, 3, 96, 1));
}

}  // namespace
}  // namespace ttt::cuda
