// The exponential function and what is made of it, on vectors. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_SEQUENCE_EXPONENTIAL_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_SEQUENCE_EXPONENTIAL_INL_H
#undef TTT_KERNELS_CPU_SEQUENCE_EXPONENTIAL_INL_H
#else
#define TTT_KERNELS_CPU_SEQUENCE_EXPONENTIAL_INL_H
#endif

#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// exp(x) to 2 units in the last place: 2^n exp(r) with |r| <= ln 2 / 2 and a polynomial of degree 6 (Cephes,
/// expf). 0 below -86, exp(88) above 88, not a number where x is none.
template <class D>
HWY_INLINE Vec<D> exponential(D d, Vec<D> x) {
  const hn::RebindToSigned<D> whole;
  const auto low = hn::Set(d, -86.0f), high = hn::Set(d, 88.0f);
  const auto below = hn::Lt(x, low);
  x = hn::IfThenElse(hn::Gt(x, high), high, x);
  // Adding 1.5 * 2^23 rounds to an integer, which the lowest bits then hold.
  const auto rounder = hn::Set(d, 12582912.0f);
  const auto shifted = hn::MulAdd(x, hn::Set(d, 1.44269504088896341f), rounder);
  const auto n = hn::Sub(shifted, rounder);
  const auto r = hn::MulAdd(n, hn::Set(d, 2.12194440e-4f), hn::MulAdd(n, hn::Set(d, -0.693359375f), x));
  auto p = hn::MulAdd(hn::Set(d, 1.9875691500e-4f), r, hn::Set(d, 1.3981999507e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(d, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(d, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(d, 5.0000001201e-1f));
  p = hn::Add(hn::MulAdd(p, hn::Mul(r, r), r), hn::Set(d, 1.0f));
  const auto power = hn::Add(hn::ShiftLeft<23>(hn::BitCast(whole, shifted)), hn::Set(whole, 127 << 23));
  return hn::IfThenZeroElse(below, hn::Mul(p, hn::BitCast(d, power)));
}

/// 1 / (1 + exp(-x)).
template <class D>
HWY_INLINE Vec<D> logistic(D d, Vec<D> x) {
  const auto one = hn::Set(d, 1.0f);
  return hn::Div(one, hn::Add(one, exponential(d, hn::Neg(x))));
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
