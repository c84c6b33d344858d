#include "kernels/cuda/numbers.h"

#include <gtest/gtest.h>

#include <cfloat>
#include <limits>

namespace ttt::cuda {
namespace {

uint32_t tf32(uint32_t bits) { return bits_of(Tf32::rounded(float_of(bits))); }
uint32_t bf16(uint32_t bits) { return bits_of(Bf16::packed(float_of(bits), 0)); }

// 1 is 0x3f800000; the last bit that is kept is 0x2000 of TF32 and 0x10000 of bf16.

TEST(Tf32, RoundsToNearestAndTiesAwayFromZero) {
  EXPECT_EQ(tf32(0x3f800000), 0x3f800000u);
  EXPECT_EQ(tf32(0x3f800fff), 0x3f800000u);
  EXPECT_EQ(tf32(0x3f801000), 0x3f802000u);
  EXPECT_EQ(tf32(0x3f803000), 0x3f804000u);
  EXPECT_EQ(tf32(0xbf801000), 0xbf802000u);
  EXPECT_EQ(tf32(0xbf800fff), 0xbf800000u);
  EXPECT_EQ(tf32(0x3ffff000), 0x40000000u);  // into the next power of two
  EXPECT_EQ(tf32(0x00001000), 0x00002000u);  // below the normal numbers
}

TEST(Tf32, KeepsZerosInfinitiesAndNan) {
  EXPECT_EQ(tf32(0), 0u);
  EXPECT_EQ(tf32(0x80000000), 0x80000000u);
  EXPECT_EQ(tf32(0x7f800000), 0x7f800000u);
  EXPECT_EQ(tf32(0xff800000), 0xff800000u);
  EXPECT_EQ(tf32(0x7f800001), 0x7fffffffu);
  EXPECT_EQ(tf32(0xffffffff), 0x7fffffffu);
  EXPECT_EQ(tf32(0x7f7fefff), 0x7f7fe000u);
  EXPECT_EQ(Tf32::rounded(FLT_MAX), std::numeric_limits<float>::infinity());
  EXPECT_EQ(Tf32::rounded(-FLT_MAX), -std::numeric_limits<float>::infinity());
}

TEST(Bf16, RoundsToNearestAndTiesToEven) {
  EXPECT_EQ(bf16(0x3f800000), 0x3f80u);
  EXPECT_EQ(bf16(0x3f807fff), 0x3f80u);
  EXPECT_EQ(bf16(0x3f808000), 0x3f80u);
  EXPECT_EQ(bf16(0x3f808001), 0x3f81u);
  EXPECT_EQ(bf16(0x3f818000), 0x3f82u);
  EXPECT_EQ(bf16(0xbf818000), 0xbf82u);
  EXPECT_EQ(bf16(0x3fff8000), 0x4000u);
  EXPECT_EQ(bf16(0x00008001), 0x0001u);
}

TEST(Bf16, KeepsZerosInfinitiesAndNan) {
  EXPECT_EQ(bf16(0), 0u);
  EXPECT_EQ(bf16(0x80000000), 0x8000u);
  EXPECT_EQ(bf16(0x7f800000), 0x7f80u);
  EXPECT_EQ(bf16(0xff800000), 0xff80u);
  EXPECT_EQ(bf16(0x7f800001), 0x7fffu);
  EXPECT_EQ(bf16(0xffffffff), 0x7fffu);
  EXPECT_EQ(bf16(0x7f7f7fff), 0x7f7fu);
  EXPECT_EQ(bf16(bits_of(FLT_MAX)), 0x7f80u);
  EXPECT_EQ(bf16(bits_of(-FLT_MAX)), 0xff80u);
}

TEST(Bf16, TwoShareAWordTheFirstInItsLowerHalf) {
  const float words[] = {Bf16::packed(1, 2), Bf16::packed(3, 4)};
  EXPECT_EQ(bits_of(words[0]), 0x40003f80u);
  EXPECT_EQ(bits_of(Bf16::shifted(words, 0)), bits_of(words[0]));
  EXPECT_EQ(bits_of(Bf16::shifted(words, 1)), bits_of(Bf16::packed(2, 3)));
  EXPECT_EQ(bits_of(Bf16::shifted(words, 2)), bits_of(words[1]));
  EXPECT_EQ(Bf16::add_products(words[0], words[1], 0.5f), 0.5f + 1 * 3 + 2 * 4);
}

}  // namespace
}  // namespace ttt::cuda
