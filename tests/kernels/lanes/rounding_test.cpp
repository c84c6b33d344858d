#include "kernels/lanes/rounding.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

float one(float x, Precision precision) { return rounded(at::tensor({x}), precision).item<float>(); }
float of_bits(uint32_t bits) { return std::bit_cast<float>(bits); }

TEST(Rounded, KeepsTenBitsForTf32AndTiesGoAway) {
  EXPECT_EQ(one(of_bits(0x3f800fff), Precision::tf32), 1);
  EXPECT_EQ(one(of_bits(0x3f801000), Precision::tf32), of_bits(0x3f802000));  // a tie
  EXPECT_EQ(one(of_bits(0xbf801000), Precision::tf32), of_bits(0xbf802000));
  EXPECT_EQ(one(of_bits(0x3ffff000), Precision::tf32), 2);  // carries into the exponent
}

TEST(Rounded, KeepsSevenBitsForBf16AndTiesGoToEven) {
  EXPECT_EQ(one(of_bits(0x3f808000), Precision::bf16), 1);
  EXPECT_EQ(one(of_bits(0x3f818000), Precision::bf16), of_bits(0x3f820000));
  EXPECT_EQ(one(of_bits(0x3f808001), Precision::bf16), of_bits(0x3f810000));
}

TEST(Rounded, KeepsWhatIsNotFinite) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    EXPECT_EQ(one(-infinity, precision), -infinity);
    EXPECT_TRUE(std::isnan(one(of_bits(0x7fffffff), precision)));  // what a GPU calls not a number
  }
}

TEST(Rounded, IsWithinHalfAUnitAndRoundsOnce) {
  const at::Tensor x = normals({1000}, 3, at::kFloat);
  for (const auto& [precision, unit] : {std::pair{Precision::tf32, 0x1p-10}, {Precision::bf16, 0x1p-7}}) {
    const at::Tensor y = rounded(x, precision);
    EXPECT_LE(((y - x).abs() / x.abs()).max().item<double>(), unit / 2);
    EXPECT_FALSE(y.equal(x));
    EXPECT_TRUE(rounded(y, precision).equal(y));
  }
  EXPECT_TRUE(rounded(x, Precision::float32).is_same(x));
}

}  // namespace
}  // namespace ttt::lanes
