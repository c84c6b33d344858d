#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/rotary.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/sequence/rotary.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// One head of one row; D's vectors divide `half`.
template <class D>
HWY_INLINE void turn_head(D d, int half, const float* cosines, const float* sines, Turn turn, float* x) {
  for (int i = 0; i < half; i += kSimd<D>) {
    const auto c = hn::LoadU(d, cosines + i), s = hn::LoadU(d, sines + i);
    const auto sine = turn == Turn::forward ? s : hn::Neg(s);
    const auto a = hn::LoadU(d, x + i), b = hn::LoadU(d, x + half + i);
    hn::StoreU(hn::NegMulAdd(b, sine, hn::Mul(a, c)), d, x + i);
    hn::StoreU(hn::MulAdd(a, sine, hn::Mul(b, c)), d, x + half + i);
  }
}

template <class D>
HWY_INLINE void turn_rows(D d, const RotaryTable& table, int64_t first, int64_t rows, int heads, Turn turn,
                          Matrix x) {
  const int half = table.half();
  for (int64_t r = first; r < rows; ++r)
    for (int h = 0; h < heads; ++h)
      turn_head(d, half, table.cosines() + r * half, table.sines() + r * half, turn,
                x.data + r * x.stride + int64_t{2} * h * half);
}

void turned(const RotaryTable& table, int64_t first, int64_t rows, int heads, Turn turn, Matrix x) {
  const Widest widest;
  const hn::CappedTag<float, 8> eight;
  const hn::CappedTag<float, 4> four;
  const int half = table.half();
  if (half % kSimd<decltype(widest)> == 0) return turn_rows(widest, table, first, rows, heads, turn, x);
  if (half % kSimd<decltype(eight)> == 0) return turn_rows(eight, table, first, rows, heads, turn, x);
  if (half % kSimd<decltype(four)> == 0) return turn_rows(four, table, first, rows, heads, turn, x);
  turn_rows(hn::CappedTag<float, 1>(), table, first, rows, heads, turn, x);
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

namespace ttt::cpu {
HWY_EXPORT(turned);

RotaryTable::RotaryTable(int64_t rows, int head_width, double base, int64_t first)
    : rows_(rows), half_(head_width / 2) {
  for (int64_t r = 0; r < rows; ++r)
    for (int i = 0; i < half_; ++i) {
      const double angle = static_cast<double>(first + r) * std::pow(base, -2.0 * i / head_width);
      cosines_.push_back(static_cast<float>(std::cos(angle)));
      sines_.push_back(static_cast<float>(std::sin(angle)));
    }
}

void rotate(const RotaryTable& table, int64_t first, int64_t rows, int heads, Turn turn, Matrix x) {
  HWY_DYNAMIC_DISPATCH(turned)(table, first, rows, heads, turn, x);
}

}  // namespace ttt::cpu
#endif
