// Strips of tiles between their transforms, and the products that all Winograd algorithms are made of.
// Included once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_STRIP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_STRIP_INL_H
#undef TTT_KERNELS_CPU_CONV_STRIP_INL_H
#else
#define TTT_KERNELS_CPU_CONV_STRIP_INL_H
#endif

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/product_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Floats between a slice's frequencies, a constant: 36 multiples of a variable, or 81, would not fit into
/// registers. The padding keeps frequencies out of each other's cache sets.
template <class D>
inline constexpr int kFrequency = kStrip* kSimd<D> + 16;

/// A strip's transformed tiles: [slices][frequencies][kStrip][simd], frequencies padded.
template <class D>
struct Strip {
  float* data;
  int64_t slice;
  float* at(int f, int s, int tile) const { return data + s * slice + f * kFrequency<D> + tile * kSimd<D>; }
};

template <class D>
Strip<D> take_strip(D, int slices, int frequencies, Scratch& scratch) {
  const int64_t slice = frequencies * kFrequency<D>;
  return {scratch.take(slices * slice), slice};
}

/// Calls f(tile of the strip, image, first row, first column) for tiles [first, first + count) of images
/// whose outputs are `height` x `width`, counted row by row.
template <int Side, class F>
HWY_INLINE void for_tiles(int height, int width, int64_t first, int count, F&& f) {
  const int down = (height + Side - 1) / Side, across = (width + Side - 1) / Side;
  int64_t image = first / (down * across);
  int y = static_cast<int>(first / across % down), x = static_cast<int>(first % across);
  for (int tile = 0; tile < count; ++tile) {
    f(tile, image, y * Side, x * Side);
    if (++x < across) continue;
    x = 0;
    if (++y < down) continue;
    y = 0;
    ++image;
  }
}

/// Where the rows of a tile begin, as the compiler has to take them: it would make an address of its own for
/// every pixel, and have no registers left.
template <int Rows>
struct TileRows {
  const float* at[Rows];
  TTT_INLINED TileRows(const float* corner, int64_t row) {
    unroll<Rows>([&](auto r) TTT_INLINED {
      at[r] = corner + r * row;
      asm volatile("" : "+r"(at[r]));
    });
  }
};

// Here and in the sources that include this, structs are passed by value: the compiler reads what it has only
// a reference to again after every store.

/// M = V U at one frequency and of one panel: a product of [tiles, in] and [in, out].
template <int K, class D>
HWY_INLINE void multiply_frequency(D d, const float* v, int64_t v_slice, int slices, const float* u,
                                   int tiles, float* m, int64_t m_slice) {
  in_pieces<kRows<K>>(0, tiles, [&](int tile, auto rows) TTT_INLINED {
    const float *in = v + tile * kSimd<D>, *weights = u;
    float* out = m + tile * kSimd<D>;
    Sums<D, rows, K> sums;
    set_zero(d, sums);
    for (int s = 0; s < slices; ++s, in += v_slice, weights += kSimd<D> * K * kSimd<D>)
      multiply_add<rows, K, kSimd<D>>(d, in, weights, kSimd<D>, sums);
    unroll<K>([&](auto k) TTT_INLINED {
      unroll<rows>([&](auto r)
                       TTT_INLINED { hn::Store(sums[r * K + k], d, out + k * m_slice + r * kSimd<D>); });
    });
  });
}

/// dU += V^T M of one panel, of frequencies that share their weights: outer products of the tiles, one after
/// the other.
template <int K, class D>
HWY_INLINE void multiply_gradient_frequency(D d, const float* v, int64_t v_slice, int slices, const float* m,
                                            int64_t m_slice, int frequencies, int tiles, float* u) {
  constexpr int kInputs = kRows<K> < kSimd<D> ? kRows<K> : kSimd<D>;
  for (int s = 0; s < slices; ++s, v += v_slice)
    for (int in = 0; in < kSimd<D>; in += kInputs, u += kInputs * K * kSimd<D>) {
      Sums<D, kInputs, K> sums;
      load(d, u, sums);
      const float *a = v + in, *b = m;
      for (int f = 0; f < frequencies; ++f, a += kFrequency<D>, b += kFrequency<D>)
        add_outer_products<kInputs, K, kSimd<D>>(d, a, b, m_slice, tiles, sums);
      store(d, sums, u);
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
