// Included once per instruction set (hwy/foreach_target.h), hence no #pragma once.
#if defined(TTT_KERNELS_CPU_SIMD_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_SIMD_INL_H
#undef TTT_KERNELS_CPU_SIMD_INL_H
#else
#define TTT_KERNELS_CPU_SIMD_INL_H
#endif

#include <hwy/highway.h>

#include <cassert>
#include <type_traits>
#include <utility>

// Register arrays stay in registers only if everything around them is inlined.
#define TTT_INLINED HWY_ATTR __attribute__((always_inline))

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// The widest vector, and the number of floats in a vector of tag D: a slice of channels.
using Widest = hn::CappedTag<float, 16>;
template <class D>
using Vec = hn::Vec<D>;
template <class D>
inline constexpr int kSimd = static_cast<int>(hn::MaxLanes(D()));

#if (HWY_ARCH_X86 && HWY_TARGET < HWY_AVX2) || HWY_ARCH_ARM_A64
inline constexpr int kAccumulators = 16;  // of 32 registers
#else
inline constexpr int kAccumulators = 8;  // of 16
#endif

template <class F, int... I>
HWY_INLINE void unroll_sequence(F& f, std::integer_sequence<int, I...>) {
  (f(std::integral_constant<int, I>{}), ...);
}

/// f(0), f(1), ... f(N - 1), each with its index as a compile-time constant.
template <int N, class F>
HWY_INLINE void unroll(F&& f) {
  unroll_sequence(f, std::make_integer_sequence<int, N>{});
}

/// Cuts [first, end) into pieces of N, then of N / 2, ... 1 and calls f(start, piece) with the piece's length
/// as a compile-time constant.
template <int N, class F>
HWY_INLINE void in_pieces(int first, int end, F&& f) {
  for (; first + N <= end; first += N) f(first, std::integral_constant<int, N>{});
  if constexpr (N > 1) in_pieces<N / 2>(first, end, f);
}

/// Calls f with the tag of vectors of `simd` floats.
template <class F>
HWY_INLINE void with_vector([[maybe_unused]] int simd, F&& f) {
#if HWY_ARCH_X86 && HWY_TARGET < HWY_AVX2
  if (simd == 8) return f(hn::CappedTag<float, 8>());
#endif
  assert(simd == kSimd<Widest>);
  f(Widest());
}

/// Calls f with the number of slices in a panel, as a compile-time constant.
template <class F>
HWY_INLINE void with_panel(int panel, F&& f) {
  if (panel == 2) return f(std::integral_constant<int, 2>{});
  f(std::integral_constant<int, 1>{});
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
