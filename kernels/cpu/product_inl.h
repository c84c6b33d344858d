// The two register-blocked products that all convolutions are made of. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_PRODUCT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_PRODUCT_INL_H
#undef TTT_KERNELS_CPU_PRODUCT_INL_H
#else
#define TTT_KERNELS_CPU_PRODUCT_INL_H
#endif

#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// R rows times K vectors of partial sums, kept in registers.
template <class D, int R, int K>
using Sums = Vec<D>[R * K];

/// Rows of a product over a panel of K slices that fill the registers.
template <int K>
inline constexpr int kRows = kAccumulators / K;

template <class D, int N>
HWY_INLINE void set_zero(D d, Vec<D> (&sums)[N]) {
  unroll<N>([&](auto i) TTT_INLINED { sums[i] = hn::Zero(d); });
}

/// sums[r][k] += sum over l < depth of rows[r * Step + l] * weights[l][k], l ascending.
template <int R, int K, int Step, class D>
HWY_INLINE void multiply_add(D d, const float* HWY_RESTRICT rows, const float* HWY_RESTRICT weights,
                             int depth, Sums<D, R, K>& sums) {
  for (int l = 0; l < depth; ++l, weights += K * kSimd<D>) {
    Vec<D> w[K];
    unroll<K>([&](auto k) TTT_INLINED { w[k] = hn::Load(d, weights + k * kSimd<D>); });
    unroll<R>([&](auto r) TTT_INLINED {
      const Vec<D> a = hn::Set(d, rows[r * Step + l]);
      unroll<K>([&](auto k) TTT_INLINED { sums[r * K + k] = hn::MulAdd(a, w[k], sums[r * K + k]); });
    });
  }
}

/// sums[i][k] += sum over p < count of a[p * Step + i] * b[p][k], p ascending; b's vectors of a panel lie
/// `b_slice` floats apart, its positions kSimd.
template <int I, int K, int Step, class D>
HWY_INLINE void add_outer_products(D d, const float* HWY_RESTRICT a, const float* HWY_RESTRICT b,
                                   int64_t b_slice, int count, Sums<D, I, K>& sums) {
  for (int p = 0; p < count; ++p, a += Step, b += kSimd<D>) {
    Vec<D> v[K];
    unroll<K>([&](auto k) TTT_INLINED { v[k] = hn::Load(d, b + k * b_slice); });
    unroll<I>([&](auto i) TTT_INLINED {
      const Vec<D> s = hn::Set(d, a[i]);
      unroll<K>([&](auto k) TTT_INLINED { sums[i * K + k] = hn::MulAdd(s, v[k], sums[i * K + k]); });
    });
  }
}

template <class D, int N>
HWY_INLINE void load(D d, const float* from, Vec<D> (&sums)[N]) {
  unroll<N>([&](auto i) TTT_INLINED { sums[i] = hn::Load(d, from + i * kSimd<D>); });
}

template <class D, int N>
HWY_INLINE void store(D d, const Vec<D> (&sums)[N], float* to) {
  unroll<N>([&](auto i) TTT_INLINED { hn::Store(sums[i], d, to + i * kSimd<D>); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
