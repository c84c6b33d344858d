#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "kernels/cpu/isa.h"
#include "tests/kernels/cpu/block_case.h"

namespace ttt::cpu {
namespace {

using Floats = std::vector<float>;

class BlockRules : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override { pin_instruction_set(GetParam()); }
  void TearDown() override { pin_instruction_set(available_instruction_sets().back()); }

  static BlockCase done(const BlockShape& shape, Scratch& scratch, float offset = 0.0f) {
    BlockCase c(shape, offset);
    c.forward(scratch);
    c.backward(scratch);
    return c;
  }
  static void expect_same(const BlockCase& a, const BlockCase& b) {
    EXPECT_EQ(a.y, b.y);
    EXPECT_EQ(a.middle, b.middle);
    EXPECT_EQ(a.dx, b.dx);
    EXPECT_EQ(a.dconv1, b.dconv1);
    EXPECT_EQ(a.dconv2, b.dconv2);
    EXPECT_EQ(a.dscale1, b.dscale1);
    EXPECT_EQ(a.dshift1, b.dshift1);
    EXPECT_EQ(a.dscale2, b.dscale2);
    EXPECT_EQ(a.dshift2, b.dshift2);
  }
  static Floats part(const Floats& values, int64_t first, int64_t count) {
    return Floats(values.begin() + first, values.begin() + first + count);
  }

  Scratch scratch_;
};

const BlockShape kIdentity = {5, 8, 8, 16, 16, 1, 4};
const BlockShape kPooled = {5, 8, 8, 16, 32, 2, 4};

TEST_P(BlockRules, TheSameCallGivesTheSameBytesWhateverScratchHeld) {
  for (const BlockShape& shape : {kIdentity, kPooled}) {
    const BlockCase first = done(shape, scratch_);
    scratch_.fill(std::numeric_limits<float>::quiet_NaN());
    expect_same(first, done(shape, scratch_));
    Scratch fresh;
    expect_same(first, done(shape, fresh));
  }
}

TEST_P(BlockRules, ThreadsWithScratchOfTheirOwnDoNotMeet) {
  const BlockCase alone = done(kIdentity, scratch_);
  std::vector<BlockCase> cases(4, BlockCase(kIdentity));
  std::vector<std::thread> threads;
  for (BlockCase& c : cases)
    threads.emplace_back([&c] {
      Scratch own;
      c = done(kIdentity, own);
    });
  for (std::thread& thread : threads) thread.join();
  for (const BlockCase& c : cases) expect_same(alone, c);
}

TEST_P(BlockRules, AnImageDoesNotDependOnItsNeighbours) {
  for (const BlockShape& shape : {kIdentity, kPooled}) {
    const BlockCase together = done(shape, scratch_);
    for (int64_t i = 0; i < shape.images; ++i) {
      BlockShape one = shape;
      one.images = 1;
      BlockCase c(one);
      c.x = part(together.x, i * shape.in_floats(), shape.in_floats());
      c.dy = part(together.dy, i * shape.out_floats(), shape.out_floats());
      c.forward(scratch_);
      c.backward(scratch_);
      EXPECT_EQ(c.y, part(together.y, i * shape.out_floats(), shape.out_floats()));
      EXPECT_EQ(c.dx, part(together.dx, i * shape.in_floats(), shape.in_floats()));
    }
  }
}

TEST_P(BlockRules, ABadImageSpoilsOnlyItself) {
  for (const BlockShape& shape : {kIdentity, kPooled}) {
    const BlockCase sound = done(shape, scratch_);
    BlockCase c(shape);
    c.x[static_cast<size_t>(shape.in_floats())] = std::numeric_limits<float>::quiet_NaN();  // in image 1
    c.forward(scratch_);
    c.backward(scratch_);
    EXPECT_TRUE(c.y[static_cast<size_t>(shape.out_floats())] != c.y[static_cast<size_t>(shape.out_floats())]);
    for (const int64_t i : {0, 2, 3, 4}) {
      EXPECT_EQ(part(c.y, i * shape.out_floats(), shape.out_floats()),
                part(sound.y, i * shape.out_floats(), shape.out_floats()));
      EXPECT_EQ(part(c.dx, i * shape.in_floats(), shape.in_floats()),
                part(sound.dx, i * shape.in_floats(), shape.in_floats()));
    }
  }
}

TEST_P(BlockRules, PredictionIsThatOfTrainingBitForBit) {
  for (const BlockShape& shape : {kIdentity, kPooled}) {
    const BlockCase c = done(shape, scratch_);
    Floats y = poisoned(static_cast<int64_t>(c.y.size()));
    const PackedBlock packed(shape, c.conv1.data(), c.conv2.data(), Passes::forward, scratch_);
    block_forward(shape, c.norms(), packed, c.x.data(), y.data(), nullptr, scratch_);
    EXPECT_EQ(y, c.y);
  }
}

TEST_P(BlockRules, AnotherLanesWeightsPackedIntoTheSameObjectLeaveNoTrace) {
  const BlockCase c = done(kIdentity, scratch_);
  PackedBlock packed(kPooled, BlockCase(kPooled).conv1.data(), BlockCase(kPooled).conv2.data(), Passes::both,
                     scratch_);
  packed.pack(kIdentity, c.conv2.data(), c.conv1.data(), Passes::both, scratch_);
  packed.pack(kIdentity, c.conv1.data(), c.conv2.data(), Passes::forward, scratch_);
  Floats y = poisoned(static_cast<int64_t>(c.y.size()));
  block_forward(kIdentity, c.norms(), packed, c.x.data(), y.data(), nullptr, scratch_);
  EXPECT_EQ(y, c.y);
}

TEST_P(BlockRules, AGradientDoesNotDependOnWhichOthersAreWanted) {
  for (const BlockShape& shape : {kIdentity, kPooled}) {
    BlockCase c = done(shape, scratch_);
    const PackedBlock packed(shape, c.conv1.data(), c.conv2.data(), Passes::backward, scratch_);
    const std::pair<float * BlockGradients::*, const Floats*> wanted[] = {
        {&BlockGradients::x, &c.dx},           {&BlockGradients::conv1, &c.dconv1},
        {&BlockGradients::conv2, &c.dconv2},   {&BlockGradients::scale1, &c.dscale1},
        {&BlockGradients::shift1, &c.dshift1}, {&BlockGradients::scale2, &c.dscale2},
        {&BlockGradients::shift2, &c.dshift2}};
    for (const auto& [member, expected] : wanted) {
      Floats found = poisoned(static_cast<int64_t>(expected->size()));
      BlockGradients gradients;
      gradients.*member = found.data();
      block_backward(shape, c.norms(), packed, c.x.data(), c.saved(), c.dy.data(), gradients, scratch_);
      EXPECT_EQ(found, *expected);
    }
  }
}

TEST_P(BlockRules, AMeanThousandsOfDeviationsAwayCostsOnlyTheInputsOwnBits) {
  const float offset = 4096.0f;  // a deviation of 0.58 is left with 11 bits of 24
  BlockCase far(kIdentity, offset), near(kIdentity);
  for (size_t i = 0; i < far.x.size(); ++i) near.x[i] = far.x[i] - offset;  // exact
  far.forward(scratch_);
  near.forward(scratch_);
  double largest = 0, error = 0;
  for (size_t i = 0; i < near.middle.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(near.middle[i])));
    error = std::max(error, std::abs(static_cast<double>(near.middle[i]) - far.middle[i]));
  }
  EXPECT_LE(error / largest,
            1e-3);  // 4096 x 2^-24 / 0.58, a few times; a one-pass variance is off by more than 1
}

TEST_P(BlockRules, AConstantGroupIsDividedByTheRootOfEpsilonAndNothingElse) {
  BlockCase c(kIdentity);
  std::ranges::fill(c.x, 3.0f);
  c.forward(scratch_);
  c.backward(scratch_);
  for (const Floats* values : {&c.y, &c.dx, &c.dconv1})
    EXPECT_TRUE(std::ranges::all_of(*values, [](float v) { return v - v == 0; }));
  EXPECT_NEAR(c.moments1[1], 1 / std::sqrt(1e-5), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, BlockRules, testing::ValuesIn(available_instruction_sets()));

TEST(BlockAlgorithms, InstructionSetsAgreeWithinRounding) {
  using Member = Floats BlockCase::*;
  const std::pair<const char*, Member> results[] = {{"y", &BlockCase::y},
                                                    {"middle", &BlockCase::middle},
                                                    {"dx", &BlockCase::dx},
                                                    {"dconv1", &BlockCase::dconv1},
                                                    {"dconv2", &BlockCase::dconv2},
                                                    {"dscale1", &BlockCase::dscale1},
                                                    {"dshift1", &BlockCase::dshift1},
                                                    {"dscale2", &BlockCase::dscale2},
                                                    {"dshift2", &BlockCase::dshift2}};
  const BlockShape large = {3, 28, 28, 24, 24, 1, 8}, odd = {3, 15, 13, 16, 16, 1, 4};
  Scratch scratch;
  for (const BlockShape& shape : {kIdentity, kPooled, large, odd}) {
    BlockCase best(shape), other(shape);
    best.forward(scratch);
    best.backward(scratch);
    for (const Isa isa : available_instruction_sets()) {
      pin_instruction_set(isa);
      other.forward(scratch);
      other.backward(scratch);
      for (const auto& [name, result] : results)
        EXPECT_LE(reference::relative_error(other.*result, reference::widened(best.*result)), 2e-5)
            << name << " of " << shape.height << " x " << shape.width << " by " << cpu::name(isa);
    }
    pin_instruction_set(available_instruction_sets().back());
  }
}

TEST(BlockSupport, WhatTheKernelsCannotDoIsDeclined) {
  EXPECT_TRUE(supported(kIdentity));
  EXPECT_TRUE(supported(kPooled));
  EXPECT_FALSE(supported({1, 8, 8, 12, 12, 1, 4}));  // no whole vector
  EXPECT_FALSE(supported({1, 8, 8, 16, 32, 1, 4}));  // no shortcut
  EXPECT_FALSE(supported({1, 8, 8, 32, 16, 2, 4}));  // channels lost
  EXPECT_FALSE(supported({1, 8, 8, 16, 16, 1, 5}));  // a broken group
  EXPECT_FALSE(supported({0, 8, 8, 16, 16, 1, 4}));
}

}  // namespace
}  // namespace ttt::cpu
