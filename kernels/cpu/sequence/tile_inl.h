// What products and attention are made of: panels of a right factor and tiles of sums in registers. Included
// once per instruction set.
#if defined(TTT_KERNELS_CPU_SEQUENCE_TILE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_SEQUENCE_TILE_INL_H
#undef TTT_KERNELS_CPU_SEQUENCE_TILE_INL_H
#else
#define TTT_KERNELS_CPU_SEQUENCE_TILE_INL_H
#endif

#include <algorithm>
#include <cstring>

#include "kernels/cpu/product_inl.h"
#include "kernels/cpu/sequence/matrix.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

// A panel holds two vectors of each row of a right factor, [inner, kPanel], with zeros where columns end.
inline constexpr int kWide = 2;                          // vectors of a panel
inline constexpr int kPanel = kWide * kSimd<Widest>;     // its columns
inline constexpr int kTileRows = kAccumulators / kWide;  // rows of a tile that fills the registers
inline constexpr int64_t kDepth = 256;                   // rows of a panel that stay in the first-level cache

inline int64_t panels_of(int64_t columns) { return (columns + kPanel - 1) / kPanel; }

/// How the elements of a left factor lie: element (r, l) of a tile is a[r * row + l * inner].
struct Along {  // the inner index, one row after the other
  int64_t stride;
  int64_t at(int64_t r, int64_t l) const { return r * stride + l; }
};
struct Across {  // the rows, one inner index after the other
  int64_t stride;
  int64_t at(int64_t r, int64_t l) const { return l * stride + r; }
};

/// sums[r][k] += sum over l < depth of a(r, l) * panel[l][k], l ascending; rows of the panel are Step floats
/// apart.
template <int R, int K, int Step, class D, class Order>
HWY_INLINE void add_tile(D d, const Order& order, const float* HWY_RESTRICT a,
                         const float* HWY_RESTRICT panel, int64_t depth, Sums<D, R, K>& sums) {
  for (int64_t l = 0; l < depth; ++l, panel += Step) {
    Vec<D> b[K];
    unroll<K>([&](auto k) TTT_INLINED { b[k] = hn::Load(d, panel + k * kSimd<D>); });
    unroll<R>([&](auto r) TTT_INLINED {
      const Vec<D> x = hn::Set(d, a[order.at(r, l)]);
      unroll<K>([&](auto k) TTT_INLINED { sums[r * K + k] = hn::MulAdd(x, b[k], sums[r * K + k]); });
    });
  }
}

/// The first `count` of a vector's floats, zeros behind.
template <class D>
HWY_INLINE Vec<D> load_part(D d, const float* from, int64_t count) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2  // touches nothing behind them
  return hn::MaskedLoad(hn::FirstN(d, static_cast<size_t>(count)), d, from);
#else
  HWY_ALIGN float whole[kSimd<D>] = {};
  std::memcpy(whole, from, static_cast<size_t>(count) * sizeof(float));
  return hn::Load(d, whole);
#endif
}

template <class D>
HWY_INLINE void store_part(D d, Vec<D> v, float* to, int64_t count) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  hn::BlendedStore(v, hn::FirstN(d, static_cast<size_t>(count)), d, to);
#else
  HWY_ALIGN float whole[kSimd<D>];
  hn::Store(v, d, whole);
  std::memcpy(to, whole, static_cast<size_t>(count) * sizeof(float));
#endif
}

/// `count` floats or a whole vector where there are as many.
template <class D>
HWY_INLINE Vec<D> load_up_to(D d, const float* from, int64_t count) {
  return count >= kSimd<D> ? hn::LoadU(d, from) : load_part(d, from, std::max<int64_t>(count, 0));
}
template <class D>
HWY_INLINE void store_up_to(D d, Vec<D> v, float* to, int64_t count) {
  if (count >= kSimd<D>) return hn::StoreU(v, d, to);
  if (count > 0) store_part(d, v, to, count);
}

/// f(first, count of floats) for the vectors that make up [0, columns).
template <class D, class F>
HWY_INLINE void for_vectors(D, int64_t columns, F&& f) {
  for (int64_t c = 0; c < columns; c += kSimd<D>) f(c, std::min<int64_t>(columns - c, kSimd<D>));
}

/// A tile of the result to or from memory, `columns` of it in use.
template <int R, int K, class D>
HWY_INLINE void load_tile(D d, ConstMatrix from, int64_t columns, Sums<D, R, K>& sums) {
  unroll<R>([&](auto r) TTT_INLINED {
    unroll<K>([&](auto k) TTT_INLINED {
      sums[r * K + k] = load_up_to(d, from.data + r * from.stride + k * kSimd<D>, columns - k * kSimd<D>);
    });
  });
}
template <int R, int K, class D>
HWY_INLINE void store_tile(D d, const Sums<D, R, K>& sums, Matrix to, int64_t columns) {
  unroll<R>([&](auto r) TTT_INLINED {
    unroll<K>([&](auto k) TTT_INLINED {
      store_up_to(d, sums[r * K + k], to.data + r * to.stride + k * kSimd<D>, columns - k * kSimd<D>);
    });
  });
}

/// panel [inner, kPanel] of the first `columns` (at most kPanel) columns of b [inner, ...].
inline void pack(ConstMatrix b, int64_t inner, int64_t columns, float* panel) {
  const Widest d;
  if (columns == kPanel) {
    for (int64_t l = 0; l < inner; ++l)
      unroll<kWide>([&](auto k) TTT_INLINED {
        hn::Store(hn::LoadU(d, b.data + l * b.stride + k * kSimd<Widest>), d,
                  panel + l * kPanel + k * kSimd<Widest>);
      });
    return;
  }
  for (int64_t l = 0; l < inner; ++l) {
    std::memcpy(panel + l * kPanel, b.data + l * b.stride, static_cast<size_t>(columns) * sizeof(float));
    std::fill_n(panel + l * kPanel + columns, kPanel - columns, 0.0f);
  }
}

/// Four floats of each of four rows, transposed.
HWY_INLINE void transpose_4x4(const float* from, int64_t from_stride, float* to, int64_t to_stride) {
#if HWY_TARGET == HWY_SCALAR
  for (int64_t r = 0; r < 4; ++r)
    for (int64_t c = 0; c < 4; ++c) to[c * to_stride + r] = from[r * from_stride + c];
#else
  const hn::FixedTag<float, 4> d;
  const hn::RepartitionToWide<decltype(d)> pairs;
  const auto r0 = hn::LoadU(d, from), r1 = hn::LoadU(d, from + from_stride),
             r2 = hn::LoadU(d, from + 2 * from_stride), r3 = hn::LoadU(d, from + 3 * from_stride);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1)),
             low23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3)),
             high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1)),
             high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + 2 * to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + 3 * to_stride);
#endif
}

/// panel [inner, kPanel] of the first `columns` (at most kPanel) rows of b [..., inner], transposed.
inline void pack_transposed(ConstMatrix b, int64_t inner, int64_t columns, float* panel) {
  int64_t c = 0;
  for (; c + 4 <= columns; c += 4) {
    const float* from = b.data + c * b.stride;
    int64_t l = 0;
    for (; l + 4 <= inner; l += 4) transpose_4x4(from + l, b.stride, panel + l * kPanel + c, kPanel);
    for (; l < inner; ++l)
      for (int64_t i = 0; i < 4; ++i) panel[l * kPanel + c + i] = from[i * b.stride + l];
  }
  for (; c < kPanel; ++c)
    for (int64_t l = 0; l < inner; ++l) panel[l * kPanel + c] = c < columns ? b.data[c * b.stride + l] : 0.0f;
}

/// Rows [0, rows) of the columns that a panel stands for: c (+)= a panel.
template <int K, class Order>
HWY_INLINE void multiply_panel(const Order& order, const float* a, const float* panel, int64_t rows,
                               int64_t depth, Into into, Matrix c, int64_t columns) {
  const Widest d;
  in_pieces<kTileRows>(0, static_cast<int>(rows), [&](int first, auto piece) {
    constexpr int R = piece;
    Sums<Widest, R, K> sums;
    if (into == Into::added)
      load_tile<R, K>(d, c.from_row(first), columns, sums);
    else
      set_zero(d, sums);
    add_tile<R, K, kPanel>(d, order, a + order.at(first, 0), panel, depth, sums);
    store_tile<R, K>(d, sums, c.from_row(first), columns);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
