// Strips of tiles, their transforms and their products: what all Winograd algorithms are made of. Included
// once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_STRIP_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_STRIP_INL_H
#undef TTT_KERNELS_CPU_CONV_STRIP_INL_H
#else
#define TTT_KERNELS_CPU_CONV_STRIP_INL_H
#endif

#include <algorithm>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/winograd_inl.h"
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

/// Calls f(first tile, their number) for every strip of a convolution of so many images.
template <int Side, class F>
HWY_INLINE void for_strips(const Conv& conv, int64_t images, F&& f) {
  const int64_t tiles = images * ((conv.height + Side - 1) / Side) * ((conv.width + Side - 1) / Side);
  for (int64_t first = 0; first < tiles; first += kStrip)
    f(first, static_cast<int>(std::min<int64_t>(kStrip, tiles - first)));
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

/// From x From pixels of each tile to To x To vectors of the strip, frequency(row, column) says where. A
/// tile's pixels begin `step` times as far into the frame as its Side x Side outputs, and `border` from the
/// corner.
template <int Side, int From, int To, int Parts, class D, class Transform, class Frequency>
HWY_INLINE void transform_to_strip(D d, Conv conv, Frame frame, int step, int border, int64_t first,
                                   int count, Strip<D> to, Transform&& column_transform,
                                   Frequency&& frequency) {
  for_tiles<Side>(
      conv.height, conv.width, first, count, [&](int tile, int64_t image, int row, int column) TTT_INLINED {
        const float* corner =
            frame.corner(image) + (step * row + border) * frame.row() + (step * column + border) * kSimd<D>;
        for (int s = 0; s < frame.slices; ++s, corner += frame.slice()) {
          float* out = to.at(0, s, tile);
          const TileRows<From> rows(corner, frame.row());
          transform_2d<From, To, Parts>(
              d, column_transform,
              [&](int r, int c) TTT_INLINED { return hn::Load(d, rows.at[r] + c * kSimd<D>); },
              [&](int r, int c, Vec<D> v)
                  TTT_INLINED { hn::Store(v, d, out + frequency(r, c) * kFrequency<D>); });
        }
      });
}

/// And back: From x From vectors of the strip to Side x Side results a tile, as far as it lies within the
/// image.
template <int From, int Side, int Parts, class D, class Open, class Transform, class Frequency>
HWY_INLINE void transform_from_strip(D d, int slices, Strip<D> m, int64_t first, int count,
                                     const Output& output, Open&& open, Transform&& column_transform,
                                     Frequency&& frequency) {
  const Place column = place(output, 0, 1), line = place(output, 1, 1 - Side);
  const int height = output.height, width = output.width;
  for (int s = 0; s < slices; ++s)
    for_tiles<Side>(height, width, first, count, [&](int tile, int64_t image, int y, int x) TTT_INLINED {
      const float* in = m.at(0, s, tile);
      const int rows = height - y, columns = width - x;
      auto writer = open(image, s);
      const auto transform = [&](auto whole) TTT_INLINED {
        Place at = place(output, y, x);
        transform_2d<From, Side, Parts>(
            d, column_transform,
            [&](int r, int c) TTT_INLINED { return hn::Load(d, in + frequency(r, c) * kFrequency<D>); },
            [&](int r, int c, Vec<D> v) TTT_INLINED {
              if (whole || (r < rows && c < columns)) writer.put(at, v);
              at += c + 1 < Side ? column : line;
            });
      };
      if (rows >= Side && columns >= Side)
        transform(std::true_type{});
      else
        transform(std::false_type{});
      writer.close();
    });
}

/// The products that share a slab of weights: [first, first + count).
struct Products {
  int first, count;
};

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

/// M = V U for all products; products_of(slab) says which.
template <int K, class D, class ProductsOf>
HWY_INLINE void multiply(D d, Strip<D> v, const float* packed, Slabs u, int tiles, Strip<D> m, Ahead& ahead,
                         ProductsOf&& products_of) {
  const int64_t slab = u.slab(), panel = u.panel();
  for (int s = 0; s < u.slabs; ++s) {
    const Products products = products_of(s);
    for (int f = products.first; f < products.first + products.count; ++f) {
      ahead.fetch();
      for (int p = 0; p < u.panels; ++p)
        multiply_frequency<K>(d, v.at(f, 0, 0), v.slice, u.depth / kSimd<D>, packed + p * panel + s * slab,
                              tiles, m.at(f, p * K, 0), m.slice);
    }
  }
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

/// dU += V^T M for all products; products_of(slab) says which.
template <int K, class D, class ProductsOf>
HWY_INLINE void multiply_gradient(D d, Strip<D> v, Strip<D> m, int tiles, Slabs u, float* sums, Ahead& ahead,
                                  ProductsOf&& products_of) {
  const int64_t slab = u.slab(), panel = u.panel();
  for (int s = 0; s < u.slabs; ++s) {
    const Products products = products_of(s);
    for (int i = 0; i < products.count; ++i) ahead.fetch();
    for (int p = 0; p < u.panels; ++p)
      multiply_gradient_frequency<K>(d, v.at(products.first, 0, 0), v.slice, u.depth / kSimd<D>,
                                     m.at(products.first, p * K, 0), m.slice, products.count, tiles,
                                     sums + p * panel + s * slab);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
