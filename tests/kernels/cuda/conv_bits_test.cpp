#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"

// What the bits of a convolution do not depend on, in every precision.

namespace ttt::cuda {
namespace {

class ConvOrder : public testing::TestWithParam<ConvShape> {};

TEST_P(ConvOrder, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  ConvCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.y, down.y);
  EXPECT_EQ(up.dw, down.dw);
  if (up.s.in_channels % 8 == 0) {
    EXPECT_EQ(up.dx, down.dx);
  }
}

INSTANTIATE_TEST_SUITE_P(Float32, ConvOrder, testing::ValuesIn(conv_shapes()), precision_and_index);
INSTANTIATE_TEST_SUITE_P(Tf32, ConvOrder, testing::ValuesIn(conv_shapes(Precision::tf32)),
                         precision_and_index);
INSTANTIATE_TEST_SUITE_P(Bf16, ConvOrder, testing::ValuesIn(conv_shapes(Precision::bf16)),
                         precision_and_index);

class ConvBits : public testing::TestWithParam<Precision> {
 protected:
  ConvShape shape(int64_t lanes, int views, int in, int out, int stride) const {
    return {lanes, views, 8, 8, in, out, stride, GetParam()};
  }
};

TEST_P(ConvBits, ALaneHasTheSameAloneAndAmongOthers) {
  for (const int views : {5, 45}) {
    ConvCase all(shape(3, views, 16, 16, 1));
    all.run();
    for (int64_t k = 0; k < 3; ++k) {
      ConvCase alone(shape(1, views, 16, 16, 1));
      alone.x = lane_of(all.x, k, 3);
      alone.weights = lane_of(all.weights, k, 3);
      alone.dy = lane_of(all.dy, k, 3);
      alone.run();
      EXPECT_EQ(alone.y, lane_of(all.y, k, 3));
      EXPECT_EQ(alone.dx, lane_of(all.dx, k, 3));
      EXPECT_EQ(alone.dw, lane_of(all.dw, k, 3));
    }
  }
}

TEST_P(ConvBits, AViewHasTheSameAloneAndAmongOthers) {
  for (const int stride : {1, 2}) {
    ConvCase all(shape(1, 9, 16, 16 * stride, stride)), alone(shape(1, 1, 16, 16 * stride, stride));
    all.run();
    alone.x = lane_of(all.x, 7, 9);
    alone.dy = lane_of(all.dy, 7, 9);
    alone.run();
    EXPECT_EQ(alone.y, lane_of(all.y, 7, 9));
    EXPECT_EQ(alone.dx, lane_of(all.dx, 7, 9));
  }
}

TEST_P(ConvBits, SharedWeightsAreACopyForEveryLane) {
  ConvCase copies(shape(3, 2, 16, 24, 2));
  for (size_t n = 0; n < copies.weights.size(); ++n)
    copies.weights[n] = copies.weights[n % static_cast<size_t>(copies.s.weights())];
  ConvCase shared = copies;
  copies.run();
  shared.run(HostQueue(), 0);
  EXPECT_EQ(copies.y, shared.y);
  EXPECT_EQ(copies.dx, shared.dx);
  EXPECT_EQ(copies.dw, shared.dw);
}

INSTANTIATE_TEST_SUITE_P(Precisions, ConvBits,
                         testing::Values(Precision::float32, Precision::tf32, Precision::bf16),
                         [](const auto& of) { return std::string(name(of.param)); });

}  // namespace
}  // namespace ttt::cuda
