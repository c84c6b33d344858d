#include <gtest/gtest.h>

#include <limits>
#include <tuple>

#include "kernels/cpu/head/head.h"
#include "kernels/cpu/isa.h"
#include "kernels/cpu/stem/stem.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cpu {
namespace {

using reference::Values;
using reference::widened;

std::vector<float> poisoned(int64_t count) {
  return std::vector<float>(static_cast<size_t>(count), std::numeric_limits<float>::quiet_NaN());
}

class Pinned : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override { pin_instruction_set(GetParam()); }
  void TearDown() override { pin_instruction_set(available_instruction_sets().back()); }
  Scratch scratch_;
};

class Stem : public Pinned {};
class Head : public Pinned {};

TEST_P(Stem, IsThatOfFloat64) {
  const StemShape shapes[] = {{3, 32, 32, 3, 16, 1}, {2, 32, 32, 3, 8, 2}, {1, 28, 28, 1, 16, 1},
                              {5, 28, 28, 1, 32, 2}, {2, 7, 9, 3, 24, 1},  {1, 2, 2, 3, 64, 2},
                              {2, 33, 7, 3, 16, 2}};
  for (const StemShape& s : shapes) {
    ASSERT_TRUE(supported(s));
    const reference::Size in = {s.images, s.height, s.width, s.in_channels};
    const int64_t out_floats = s.images * s.out_height() * s.out_width() * s.out_channels;
    const auto x = reference::random_floats(in.floats(), 1);
    const auto dy = reference::random_floats(out_floats, 2);
    const auto weights = reference::random_floats(s.out_channels * s.in_channels * 9, 3);
    auto y = poisoned(out_floats), dweights = poisoned(static_cast<int64_t>(weights.size()));
    stem_forward(s, weights.data(), x.data(), y.data(), scratch_);
    stem_backward(s, x.data(), dy.data(), dweights.data(), scratch_);
    EXPECT_LE(reference::relative_error(
                  y, reference::conv(in, widened(x), widened(weights), s.out_channels, s.stride)),
              2e-6);
    EXPECT_LE(reference::relative_error(dweights, reference::conv_weight_gradient(in, widened(x), widened(dy),
                                                                                  s.out_channels, s.stride)),
              2e-6);
  }
}

TEST(StemSupport, WhatTheKernelsCannotDoIsDeclined) {
  EXPECT_FALSE(supported(StemShape{1, 32, 32, 2, 16, 1}));
  EXPECT_FALSE(supported(StemShape{1, 32, 32, 3, 12, 1}));
  EXPECT_FALSE(supported(StemShape{1, 32, 32, 3, 16, 3}));
  EXPECT_FALSE(supported(StemShape{0, 32, 32, 3, 16, 1}));
}

TEST_P(Head, IsThatOfFloat64) {
  const HeadShape shapes[] = {
      {4, 8, 8, 64, 10, 8}, {8, 4, 4, 32, 4, 4}, {3, 7, 5, 24, 3, 2}, {1, 1, 1, 8, 2, 1}};
  for (const HeadShape& s : shapes) {
    ASSERT_TRUE(supported(s));
    const reference::Size size = {s.images, s.height, s.width, s.channels};
    const reference::NormOptions options = {s.norm_groups, s.epsilon};
    const auto x = reference::random_floats(size.floats(), 1);
    const auto scale = reference::random_floats(s.channels, 2, 0.5f, 1.0f);
    const auto shift = reference::random_floats(s.channels, 3, 0.5f);
    const auto linear = reference::random_floats(s.classes * s.channels, 4);
    const auto bias = reference::random_floats(s.classes, 5);
    const auto dlogits = reference::random_floats(s.images * s.classes, 6);

    auto logits = poisoned(s.images * s.classes), pooled = poisoned(s.images * s.channels);
    auto moments = poisoned(s.images * s.norm_groups * 2), dx = poisoned(size.floats());
    auto dscale = poisoned(s.channels), dshift = dscale, dlinear = poisoned(s.classes * s.channels);
    auto dbias = poisoned(s.classes);
    const HeadWeights weights = {scale.data(), shift.data(), linear.data(), bias.data()};
    const HeadSaved saved = {pooled.data(), moments.data()};
    head_forward(s, weights, x.data(), logits.data(), saved, scratch_);
    head_backward(s, weights, x.data(), saved, dlogits.data(),
                  {dx.data(), dscale.data(), dshift.data(), dlinear.data(), dbias.data()}, scratch_);

    const auto normed = reference::norm_relu(size, options, widened(x), widened(scale), widened(shift));
    Values true_logits(logits.size()), true_dlinear(dlinear.size()), true_dbias(dbias.size()), da(x.size());
    const double share = 1.0 / (s.height * s.width);
    for (int64_t v = 0; v < s.images; ++v)
      for (int k = 0; k < s.classes; ++k) {
        true_logits[v * s.classes + k] = bias[k];
        true_dbias[k] += dlogits[v * s.classes + k];
        for (int y = 0; y < s.height; ++y)
          for (int i = 0; i < s.width; ++i)
            for (int c = 0; c < s.channels; ++c) {
              const double a = normed.a[size.at(v, y, i, c)] * share;
              true_logits[v * s.classes + k] += linear[k * s.channels + c] * a;
              true_dlinear[k * s.channels + c] += dlogits[v * s.classes + k] * a;
              da[size.at(v, y, i, c)] +=
                  static_cast<double>(dlogits[v * s.classes + k]) * linear[k * s.channels + c] * share;
            }
      }
    const auto truth = reference::norm_relu_gradient(size, options, normed, widened(scale), da);
    EXPECT_LE(reference::relative_error(logits, true_logits), 2e-6);
    EXPECT_LE(reference::relative_error(dlinear, true_dlinear), 2e-6);
    EXPECT_LE(reference::relative_error(dbias, true_dbias), 2e-6);
    EXPECT_LE(reference::relative_error(dscale, truth.scale), 4e-6);
    EXPECT_LE(reference::relative_error(dshift, truth.shift), 4e-6);
    if (s.height * s.width * s.channels / s.norm_groups < 16)
      continue;  // dx is the rounding of a difference near 0
    EXPECT_LE(reference::relative_error(dx, truth.x), 4e-6);
  }
}

TEST(HeadSupport, WhatTheKernelsCannotDoIsDeclined) {
  EXPECT_FALSE(supported(HeadShape{1, 8, 8, 12, 10, 4}));
  EXPECT_FALSE(supported(HeadShape{1, 8, 8, 24, 10, 5}));
  EXPECT_FALSE(supported(HeadShape{1, 8, 8, 24, 0, 8}));
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, Stem, testing::ValuesIn(available_instruction_sets()));
INSTANTIATE_TEST_SUITE_P(InstructionSets, Head, testing::ValuesIn(available_instruction_sets()));

}  // namespace
}  // namespace ttt::cpu
