#include "kernels/cuda/block/block.h"

#include <gtest/gtest.h>

#include "tests/kernels/cuda/block_case.h"
#include "tests/kernels/cuda/block_truth.h"

namespace ttt::cuda {

namespace {

using reference::relative_error;
using reference::widened;

class Block : public testing::TestWithParam<BlockShape> {
 protected:
  /// float32: two norms, two convolutions and sums over a group; fewer bits: a value that float32 and float64
  /// round to different neighbours makes the difference.
  static double bound() {
    const Precision precision = GetParam().precision;
    return precision == Precision::float32 ? 5e-6 : roundoff(precision) / 2;
  }
};

TEST_P(Block, ForwardAndGradientsAreThoseOfFloat64) {
  ASSERT_TRUE(supported(GetParam()));
  BlockCase c(GetParam());
  c.run();
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const auto of_lane = [&](const Floats& all) { return lane_of(all, k, c.s.lanes); };
    const BlockTruth truth(c.lane(k), of_lane(c.inner));
    EXPECT_LE(relative_error(of_lane(c.inner), truth.inner), bound());
    EXPECT_LE(relative_error(of_lane(c.y), truth.y), bound());
    EXPECT_LE(relative_error(of_lane(c.dx), truth.dx), bound());
    EXPECT_LE(relative_error(of_lane(c.dconv1), truth.dconv1), bound());
    EXPECT_LE(relative_error(of_lane(c.dconv2), truth.dconv2), bound());
    EXPECT_LE(relative_error(of_lane(c.dscale1), truth.first.scale), bound());
    EXPECT_LE(relative_error(of_lane(c.dshift1), truth.first.shift), bound());
    EXPECT_LE(relative_error(of_lane(c.dscale2), truth.second.scale), bound());
    EXPECT_LE(relative_error(of_lane(c.dshift2), truth.second.shift), bound());
  }
}

TEST_P(Block, MomentsOfTheResultAreThoseTheNextBlockWouldMeasure) {
  BlockCase c(GetParam());
  c.forward(HostQueue(), c.weights());
  const ConvShape conv2 = c.s.conv2();
  Floats again = poisoned(static_cast<int64_t>(c.y_moments.size()));
  measure(HostQueue(), c.s.lanes * c.s.views, {conv2.height * conv2.width, c.s.out_channels}, c.y.data(),
          again.data(), c.s.norm_groups, c.s.epsilon);
  EXPECT_LE(relative_error(c.y_moments, widened(again)), 1e-6);
}

TEST_P(Block, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  BlockCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  for (int64_t k = 0; k < up.s.lanes; ++k) EXPECT_EQ(up.results(k), down.results(k));
}

std::vector<BlockShape> shapes_in(Precision precision) {
  std::vector<BlockShape> shapes = block_shapes();
  for (BlockShape& s : shapes) s.precision = precision;
  return shapes;
}

INSTANTIATE_TEST_SUITE_P(Float32, Block, testing::ValuesIn(block_shapes()), precision_and_index);
INSTANTIATE_TEST_SUITE_P(Tf32, Block, testing::ValuesIn(shapes_in(Precision::tf32)), precision_and_index);
INSTANTIATE_TEST_SUITE_P(Bf16, Block, testing::ValuesIn(shapes_in(Precision::bf16)), precision_and_index);

TEST(Block, ALaneHasTheSameBitsAloneAndAmongOthersInAnyOrder) {
  BlockCase all({3, 5, 8, 8, 16, 32, 2, 8});
  all.run();
  for (int64_t k = 0; k < 3; ++k) {
    BlockCase alone = all.lane(k);
    alone.run();
    EXPECT_EQ(alone.results(0), all.results(k));
  }
  BlockCase turned = all;
  for (auto member : {&BlockCase::x, &BlockCase::dy, &BlockCase::scale1, &BlockCase::shift1,
                      &BlockCase::conv1, &BlockCase::scale2, &BlockCase::shift2, &BlockCase::conv2}) {
    Floats& all_lanes = turned.*member;
    std::rotate(all_lanes.begin(), all_lanes.begin() + static_cast<int64_t>(all_lanes.size()) / 3,
                all_lanes.end());
  }
  turned.run();
  for (int64_t k = 0; k < 3; ++k) EXPECT_EQ(turned.results(k), all.results((k + 1) % 3));
}

TEST(Block, AViewHasTheSameBitsAloneAndAmongOthers) {
  BlockCase all({1, 9, 8, 8, 16, 32, 2, 8}), alone({1, 1, 8, 8, 16, 32, 2, 8});
  all.run();
  alone.x = lane_of(all.x, 7, 9);
  alone.dy = lane_of(all.dy, 7, 9);
  alone.run();
  EXPECT_EQ(alone.moments1, lane_of(all.moments1, 7, 9));
  EXPECT_EQ(alone.moments2, lane_of(all.moments2, 7, 9));
  EXPECT_EQ(alone.y_moments, lane_of(all.y_moments, 7, 9));
  EXPECT_EQ(alone.y, lane_of(all.y, 7, 9));
  EXPECT_EQ(alone.dx, lane_of(all.dx, 7, 9));
}

TEST(Block, AViewOfNotANumberStaysThatAndLeavesItsNeighboursAlone) {
  for (const Precision precision : {Precision::float32, Precision::tf32, Precision::bf16}) {
    BlockCase sound({1, 3, 8, 8, 16, 16, 1, 8, 1e-5f, precision});
    BlockCase broken = sound;
    broken.x[broken.x.size() / 2] = std::numeric_limits<float>::quiet_NaN();  // a pixel of the second view
    sound.run();
    broken.run();
    for (const int64_t view : {0, 2}) EXPECT_EQ(lane_of(broken.y, view, 3), lane_of(sound.y, view, 3));
    for (const float y : lane_of(broken.y, 1, 3)) ASSERT_TRUE(std::isnan(y)) << name(precision);
    for (const float g : broken.dconv1) ASSERT_TRUE(std::isnan(g)) << name(precision);
  }
}

TEST(Block, SharedWeightsAreACopyForEveryLane) {
  BlockCase copies({2, 3, 8, 8, 16, 16, 1, 8});
  for (auto member : {&BlockCase::scale1, &BlockCase::shift1, &BlockCase::conv1, &BlockCase::scale2,
                      &BlockCase::shift2, &BlockCase::conv2}) {
    Floats& w = copies.*member;
    std::copy(w.begin(), w.begin() + static_cast<int64_t>(w.size()) / 2,
              w.begin() + static_cast<int64_t>(w.size()) / 2);
  }
  BlockCase shared = copies;
  copies.run();
  BlockWeights w = shared.weights();
  for (auto member : {&BlockWeights::scale1, &BlockWeights::shift1, &BlockWeights::conv1,
                      &BlockWeights::scale2, &BlockWeights::shift2, &BlockWeights::conv2})
    (w.*member).stride = 0;
  shared.forward(HostQueue(), w);
  shared.backward(HostQueue(), w);
  for (int64_t k = 0; k < 2; ++k) EXPECT_EQ(copies.results(k), shared.results(k));
}

TEST(Block, NormSurvivesAMeanMuchLargerThanTheDeviation) {
  BlockCase c({1, 2, 8, 8, 16, 16, 1, 8}, 1000);
  c.run();
  const BlockTruth truth(c, c.inner);
  EXPECT_LE(relative_error(c.inner, truth.inner), 1e-3);  // x itself has 6e-5 of the deviation left
  EXPECT_LE(relative_error(c.dconv1, truth.dconv1), 1e-3);
}

TEST(Block, WorksWithoutTheGradientsNotWanted) {
  BlockCase all({2, 3, 8, 8, 16, 16, 1, 8}), some = all;
  all.run();
  some.run();
  const Floats dscale1 = some.dscale1;
  some.dscale1 = poisoned(static_cast<int64_t>(dscale1.size()));
  Floats workspace = poisoned(block_workspace(some.s));
  block_backward(HostQueue(), some.s, some.weights(), some.x.data(), some.state(), some.dy.data(),
                 {nullptr, some.dscale1.data(), some.dshift1.data(), nullptr, some.dscale2.data(),
                  some.dshift2.data(), nullptr},
                 workspace.data());
  EXPECT_EQ(some.dscale1, dscale1);
}

TEST(Block, KnowsWhatItCannotDo) {
  const auto known = [](int in, int out, int stride, int groups) {
    return supported(BlockShape{1, 1, 8, 8, in, out, stride, groups});
  };
  EXPECT_TRUE(known(16, 16, 1, 8));
  EXPECT_FALSE(known(16, 32, 1, 8));
  EXPECT_FALSE(known(32, 16, 2, 8));
  EXPECT_FALSE(known(24, 24, 1, 16));
  EXPECT_FALSE(known(4, 8, 2, 4));
  EXPECT_FALSE(supported(BlockShape{1, 1, 96, 96, 64, 128, 2, 8}));  // not two rows fit a block
  EXPECT_FALSE(supported(BlockShape{1, 1, 8, 8, 16, 16, 1, 8, 1e-5f, Precision::float64}));
}

}  // namespace
}  // namespace ttt::cuda
