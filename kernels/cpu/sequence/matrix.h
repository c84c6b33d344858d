#pragma once
#include <cstdint>

namespace ttt::cpu {

/// Rows of floats in memory, `stride` floats from one row to the next (at least the columns that are used).
struct ConstMatrix {
  const float* data = nullptr;
  int64_t stride = 0;

  ConstMatrix from_row(int64_t row) const { return {data + row * stride, stride}; }
  ConstMatrix from_column(int64_t column) const { return {data + column, stride}; }
};

struct Matrix {
  float* data = nullptr;
  int64_t stride = 0;

  operator ConstMatrix() const { return {data, stride}; }
  Matrix from_row(int64_t row) const { return {data + row * stride, stride}; }
  Matrix from_column(int64_t column) const { return {data + column, stride}; }
};

/// What a result does with what was there.
enum class Into { fresh, added };

}  // namespace ttt::cpu
