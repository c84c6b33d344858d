#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"
#include "tests/kernels/cuda/conv_truth.h"

// Convolutions of rounded operands: exact products of them, added up in float32.

namespace ttt::cuda {
namespace {

using reference::Values;

std::vector<ConvShape> shapes_in(Precision precision) {
  std::vector<ConvShape> shapes;
  for (ConvShape s : conv_shapes())
    if (s.in_channels % 8 == 0) s.precision = precision, shapes.push_back(s);
  return shapes;
}

class ConvPrecision : public testing::TestWithParam<ConvShape> {};

TEST_P(ConvPrecision, IsTheProductOfRoundedOperandsAddedUpInFloat32) {
  ASSERT_TRUE(supported(GetParam()));
  ConvCase c(GetParam());
  c.run();
  for (int64_t k = 0; k < c.s.lanes; ++k) {
    const auto of_lane = [&](const Floats& all) { return lane_of(all, k, c.s.lanes); };
    const Precision precision = c.s.precision;
    const ConvTruth of_rounded(c, k, precision), exact(c, k, Precision::float32),
        magnitude(c, k, precision, magnitudes);
    const auto expect = [&](const Floats& values, Values ConvTruth::*which) {
      EXPECT_LE(error(of_lane(values), of_rounded.*which, magnitude.*which), 2e-6);
      const double without = error(of_lane(values), exact.*which, magnitude.*which),
                   unit = roundoff(precision);
      EXPECT_GE(without, unit / 50);  // or nothing was rounded
      EXPECT_LE(without, 2.01 * unit);
    };
    expect(c.y, &ConvTruth::y);
    expect(c.dx, &ConvTruth::dx);
    expect(c.dw, &ConvTruth::dw);
  }
}

TEST_P(ConvPrecision, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  ConvCase up(GetParam()), down(GetParam());
  up.run(HostQueue(ThreadOrder::ascending));
  down.run(HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.y, down.y);
  EXPECT_EQ(up.dx, down.dx);
  EXPECT_EQ(up.dw, down.dw);
}

const auto name_of = [](const auto& info) {
  return std::string(name(info.param.precision)) + "_" + std::to_string(info.index);
};
INSTANTIATE_TEST_SUITE_P(Tf32, ConvPrecision, testing::ValuesIn(shapes_in(Precision::tf32)), name_of);
INSTANTIATE_TEST_SUITE_P(Bf16, ConvPrecision, testing::ValuesIn(shapes_in(Precision::bf16)), name_of);

class ConvOfNumbers : public testing::TestWithParam<Precision> {
 protected:
  ConvShape shape(int64_t lanes, int views, int in, int out, int stride) const {
    return {lanes, views, 8, 8, in, out, stride, GetParam()};
  }
};

TEST_P(ConvOfNumbers, ALaneHasTheSameBitsAloneAndAmongOthers) {
  ConvCase all(shape(3, 5, 16, 16, 1));
  all.run();
  for (int64_t k = 0; k < 3; ++k) {
    ConvCase alone(shape(1, 5, 16, 16, 1));
    alone.x = lane_of(all.x, k, 3);
    alone.weights = lane_of(all.weights, k, 3);
    alone.dy = lane_of(all.dy, k, 3);
    alone.run();
    EXPECT_EQ(alone.y, lane_of(all.y, k, 3));
    EXPECT_EQ(alone.dx, lane_of(all.dx, k, 3));
    EXPECT_EQ(alone.dw, lane_of(all.dw, k, 3));
  }
}

TEST_P(ConvOfNumbers, AViewHasTheSameBitsAloneAndAmongOthers) {
  ConvCase all(shape(1, 9, 16, 32, 2)), alone(shape(1, 1, 16, 32, 2));
  all.run();
  alone.x = lane_of(all.x, 7, 9);
  alone.dy = lane_of(all.dy, 7, 9);
  alone.run();
  EXPECT_EQ(alone.y, lane_of(all.y, 7, 9));
  EXPECT_EQ(alone.dx, lane_of(all.dx, 7, 9));
}

TEST_P(ConvOfNumbers, SharedWeightsAreACopyForEveryLane) {
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

INSTANTIATE_TEST_SUITE_P(Precisions, ConvOfNumbers, testing::Values(Precision::tf32, Precision::bf16),
                         [](const auto& of) { return std::string(name(of.param)); });

TEST(ConvSupport, NeitherKnowsImagesInFewerBitsNorFloat64) {
  EXPECT_FALSE(supported(ConvShape{1, 1, 8, 8, 3, 16, 1, Precision::tf32}));
  EXPECT_FALSE(supported(ConvShape{1, 1, 8, 8, 16, 16, 1, Precision::float64}));
}

}  // namespace
}  // namespace ttt::cuda
