#include "kernels/cpu/isa.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/cpu/scratch.h"
#include "schemas/error.h"

namespace ttt::cpu {
namespace {

TEST(InstructionSet, TheFastestIsUsedUnlessAnotherIsPinned) {
  const std::vector<Isa> available = available_instruction_sets();
  EXPECT_EQ(instruction_set(), available.back());
  for (const Isa isa : available) {
    pin_instruction_set(isa);
    EXPECT_EQ(instruction_set(), isa);
    EXPECT_EQ(available_instruction_sets(), available);
    for (const int channels : {8, 16, 24, 64}) EXPECT_EQ(channels % vector_floats(channels), 0);
  }
  pin_instruction_set(available.back());
}

TEST(InstructionSet, OneTheMachineLacksIsRefused) {
  const std::vector<Isa> available = available_instruction_sets();
  for (const Isa isa : {Isa::avx2, Isa::avx512}) {
    if (std::ranges::find(available, isa) != available.end()) continue;
    EXPECT_THROW(pin_instruction_set(isa), Error);
  }
}

TEST(Scratch, WhatIsTakenIsAlignedAndApart) {
  Scratch scratch;
  const Scratch::Lease lease(scratch);
  float* first = scratch.take(3);
  float* second = scratch.take(1 << 20);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(first) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(second) % 64, 0u);
  std::fill_n(first, 3, 1.0f);
  std::fill_n(second, 1 << 20, 2.0f);
  EXPECT_EQ(first[2], 1.0f);
}

TEST(Scratch, ALeaseGivesBackWhatWasTakenAndMemoryIsUsedAgain) {
  Scratch scratch;
  const auto use = [&] {
    const Scratch::Lease outer(scratch);
    float* kept = scratch.take(100);
    {
      const Scratch::Lease inner(scratch);
      scratch.take(1 << 19);
    }
    EXPECT_EQ(scratch.take(1), kept + 112);  // 100 floats are 7 lines
    scratch.take(1 << 20);
  };
  use();
  const int64_t held = scratch.bytes();
  for (int i = 0; i < 3; ++i) use();
  EXPECT_EQ(scratch.bytes(), held);
}

}  // namespace
}  // namespace ttt::cpu
