#include <gtest/gtest.h>

#include "tests/kernels/cuda/block_case.h"
#include "tests/kernels/cuda/block_truth.h"

// Residual blocks whose convolutions multiply rounded numbers.

namespace ttt::cuda {
namespace {

using reference::relative_error;

std::vector<BlockShape> shapes_in(Precision precision) {
  std::vector<BlockShape> shapes = block_shapes();
  for (BlockShape& s : shapes) s.precision = precision;
  return shapes;
}

class BlockPrecision : public testing::TestWithParam<BlockShape> {};

/// A value that float32 and float64 round to different neighbours makes the difference.
TEST_P(BlockPrecision, IsThatOfFloat64WithOperandsRounded) {
  ASSERT_TRUE(supported(GetParam()));
  BlockCase c(GetParam());
  c.run();
  const double bound = roundoff(c.s.precision) / 2;
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const auto of_lane = [&](const Floats& all) { return lane_of(all, k, c.s.lanes); };
    const BlockTruth truth(c.lane(k), of_lane(c.inner));
    EXPECT_LE(relative_error(of_lane(c.inner), truth.inner), bound);
    EXPECT_LE(relative_error(of_lane(c.y), truth.y), bound);
    EXPECT_LE(relative_error(of_lane(c.dx), truth.dx), bound);
    EXPECT_LE(relative_error(of_lane(c.dconv1), truth.dconv1), bound);
    EXPECT_LE(relative_error(of_lane(c.dconv2), truth.dconv2), bound);
    EXPECT_LE(relative_error(of_lane(c.dscale1), truth.first.scale), bound);
    EXPECT_LE(relative_error(of_lane(c.dshift1), truth.first.shift), bound);
    EXPECT_LE(relative_error(of_lane(c.dscale2), truth.second.scale), bound);
    EXPECT_LE(relative_error(of_lane(c.dshift2), truth.second.shift), bound);
  }
}

TEST_P(BlockPrecision, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  BlockCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  for (int64_t k = 0; k < up.s.lanes; ++k) EXPECT_EQ(up.results(k), down.results(k));
}

TEST_P(BlockPrecision, MomentsOfTheResultAreThoseTheNextBlockWouldMeasure) {
  BlockCase c(GetParam());
  c.forward(HostQueue(), c.weights());
  const ConvShape conv2 = c.s.conv2();
  Floats again = poisoned(static_cast<int64_t>(c.y_moments.size()));
  measure(HostQueue(), c.s.lanes * c.s.views, {conv2.height * conv2.width, c.s.out_channels}, c.y.data(),
          again.data(), c.s.norm_groups, c.s.epsilon);
  EXPECT_LE(relative_error(c.y_moments, reference::widened(again)), 1e-6);
}

const auto name_of = [](const auto& info) {
  return std::string(name(info.param.precision)) + "_" + std::to_string(info.index);
};
INSTANTIATE_TEST_SUITE_P(Tf32, BlockPrecision, testing::ValuesIn(shapes_in(Precision::tf32)), name_of);
INSTANTIATE_TEST_SUITE_P(Bf16, BlockPrecision, testing::ValuesIn(shapes_in(Precision::bf16)), name_of);

TEST(BlockSupport, DoesNotKnowFloat64) {
  EXPECT_FALSE(supported(BlockShape{1, 1, 8, 8, 16, 16, 1, 8, 1e-5f, Precision::float64}));
}

}  // namespace
}  // namespace ttt::cuda
