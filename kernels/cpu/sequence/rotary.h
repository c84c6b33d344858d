#pragma once
#include <cstdint>
#include <vector>

#include "kernels/cpu/sequence/matrix.h"

namespace ttt::cpu {

/// Cosines and sines of rotary positions (Su et al., 2021): at position t, numbers i and i + width / 2 of a
/// head turn together by t base^(-2 i / width). Row 0 is at position `first`.
class RotaryTable {
 public:
  RotaryTable(int64_t rows, int head_width, double base, int64_t first = 0);

  int64_t rows() const { return rows_; }
  int half() const { return half_; }
  const float* cosines() const { return cosines_.data(); }  // [rows, width / 2]
  const float* sines() const { return sines_.data(); }

 private:
  int64_t rows_;
  int half_;
  std::vector<float> cosines_, sines_;
};

enum class Turn { forward, backward };

/// Turns rows [first, rows) of x [rows, heads, width] in place; backward undoes it and takes gradients
/// through.
void rotate(const RotaryTable& table, int64_t first, int64_t rows, int heads, Turn turn, Matrix x);

}  // namespace ttt::cpu
