#pragma once
#include <gtest/gtest.h>

#include <numbers>
#include <string>
#include <vector>

#include "kernels/cpu/isa.h"
#include "kernels/cpu/scratch.h"
#include "kernels/draw.h"

namespace ttt::cpu {

using Floats = std::vector<float>;

/// Uniform in [-1, 1).
inline Floats drawn(uint64_t seed, int64_t count) {
  const Draw draw(seed, Purpose::glyph, 0);
  Floats values;
  for (int64_t i = 0; i < count; ++i) values.push_back(2 * draw.uniform(static_cast<uint32_t>(i)) - 1);
  return values;
}

/// A test that runs once for each instruction set of this machine.
class OverInstructionSets : public testing::TestWithParam<Isa> {
 protected:
  void SetUp() override { pin_instruction_set(GetParam()); }
  void TearDown() override { pin_instruction_set(available_instruction_sets().back()); }

  Scratch scratch_;
};

inline std::string isa_name(const testing::TestParamInfo<Isa>& isa) { return std::string(name(isa.param)); }

}  // namespace ttt::cpu
