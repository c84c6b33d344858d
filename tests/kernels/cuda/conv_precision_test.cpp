#include <gtest/gtest.h>

#include "tests/kernels/cuda/conv_case.h"
#include "tests/kernels/cuda/conv_truth.h"

// Convolutions of rounded operands: exact products of them, added up in float32.

namespace ttt::cuda {
namespace {

using reference::Values;

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

INSTANTIATE_TEST_SUITE_P(Tf32, ConvPrecision, testing::ValuesIn(conv_shapes(Precision::tf32)),
                         precision_and_index);
INSTANTIATE_TEST_SUITE_P(Bf16, ConvPrecision, testing::ValuesIn(conv_shapes(Precision::bf16)),
                         precision_and_index);

TEST(ConvSupport, NeitherKnowsImagesInFewerBitsNorFloat64) {
  EXPECT_FALSE(supported(ConvShape{1, 1, 8, 8, 3, 16, 1, Precision::tf32}));
  EXPECT_FALSE(supported(ConvShape{1, 1, 8, 8, 16, 16, 1, Precision::float64}));
}

}  // namespace
}  // namespace ttt::cuda
