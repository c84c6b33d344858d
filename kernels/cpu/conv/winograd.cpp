// Winograd convolution of images in frames: see winograd_inl.h for the mathematics. Tiles of all images of a
// call are counted through and taken in strips; per strip, one small matrix product for every frequency.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/winograd.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/emit_inl.h"
#include "kernels/cpu/conv/strip_inl.h"
#include "kernels/cpu/conv/winograd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// V = B^T x B.
template <int Side, class D>
void transform_input(D d, Conv conv, Frame x, int64_t first, int count, Strip<D> to) {
  for_tiles<Side>(conv.height, conv.width, first, count,
                  [&](int tile, int64_t image, int row, int column) TTT_INLINED {
                    const float* corner = x.corner(image) + row * x.row() + column * kSimd<D>;
                    for (int s = 0; s < x.slices; ++s, corner += x.slice()) {
                      float* out = to.at(0, s, tile);
                      const TileRows<Side + 2> rows(corner, x.row());
                      transform_2d<Side + 2, Side + 2, 2>(
                          d, [&](const auto& in, auto& v) TTT_INLINED { input_transform(d, in, v); },
                          [&](int r, int c) TTT_INLINED { return hn::Load(d, rows.at[r] + c * kSimd<D>); },
                          [&](int r, int c, Vec<D> v)
                              TTT_INLINED { hn::Store(v, d, out + (r * (Side + 2) + c) * kFrequency<D>); });
                    }
                  });
}

/// A dy A^T.
template <int Side, class D>
void transform_output_gradient(D d, Conv conv, Frame dy, int64_t first, int count, Strip<D> to) {
  for_tiles<Side>(
      conv.height, conv.width, first, count, [&](int tile, int64_t image, int row, int column) TTT_INLINED {
        const float* corner = dy.corner(image) + (row + 1) * dy.row() + (column + 1) * kSimd<D>;
        for (int s = 0; s < dy.slices; ++s, corner += dy.slice()) {
          float* out = to.at(0, s, tile);
          const TileRows<Side> rows(corner, dy.row());
          transform_2d<Side, Side + 2, 1>(
              d, [&](const auto& in, auto& v) TTT_INLINED { output_gradient_transform(d, in, v); },
              [&](int r, int c) TTT_INLINED { return hn::Load(d, rows.at[r] + c * kSimd<D>); },
              [&](int r, int c, Vec<D> v)
                  TTT_INLINED { hn::Store(v, d, out + (r * (Side + 2) + c) * kFrequency<D>); });
        }
      });
}

/// M = V U at every frequency.
template <int K, class D>
void multiply(D d, Strip<D> v, const float* packed, Slabs u, int tiles, Strip<D> m, Ahead& ahead) {
  const int64_t slab = u.slab(), panel = u.panel();
  for (int f = 0; f < u.slabs; ++f) {
    ahead.fetch();
    for (int p = 0; p < u.panels; ++p)
      multiply_frequency<K>(d, v.at(f, 0, 0), v.slice, u.depth / kSimd<D>, packed + p * panel + f * slab,
                            tiles, m.at(f, p * K, 0), m.slice);
  }
}

/// y = A^T M A, as far as a tile lies within the image.
template <int Side, class D, class Open>
void transform_output(D d, Conv conv, Strip<D> m, int64_t first, int count, const Output& output,
                      Open&& open) {
  const Place column = place(output, 0, 1), line = place(output, 1, 1 - Side);
  for (int s = 0; s < conv.out_slices(); ++s)
    for_tiles<Side>(
        conv.height, conv.width, first, count, [&](int tile, int64_t image, int y, int x) TTT_INLINED {
          const float* in = m.at(0, s, tile);
          const int rows = conv.height - y, columns = conv.width - x;
          auto writer = open(image, s);
          const auto transform = [&](auto whole) TTT_INLINED {
            Place at = place(output, y, x);
            transform_2d<Side + 2, Side, 1>(
                d, [&](const auto& from, auto& to) TTT_INLINED { output_transform(d, from, to); },
                [&](int r, int c)
                    TTT_INLINED { return hn::Load(d, in + (r * (Side + 2) + c) * kFrequency<D>); },
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

template <int Side, class D>
void convolve_tiles(D d, const Conv& conv, const Frame& x, int64_t images, const float* packed,
                    const Output& output, Scratch& scratch) {
  const Slabs u = frequency_slabs(conv);
  // Products of a frequency take the place of the inputs of the one before: half the memory to keep in cache.
  const Strip<D> m = take_strip(d, std::max(x.slices, conv.out_slices()), u.slabs + 1, scratch);
  const Strip<D> v = {m.data + kFrequency<D>, m.slice};
  const int64_t tiles = images * ((conv.height + Side - 1) / Side) * ((conv.width + Side - 1) / Side);
  for (int64_t first = 0; first < tiles; first += kStrip) {
    const int count = static_cast<int>(std::min<int64_t>(kStrip, tiles - first));
    transform_input<Side>(d, conv, x, first, count, v);
    with_panel(conv.panel(),
               [&](auto k) TTT_INLINED { multiply<k>(d, v, packed, u, count, m, scratch.ahead); });
    with_writer(d, output, [&](auto&& open) TTT_INLINED {
      transform_output<Side>(d, conv, m, first, count, output, open);
    });
  }
}

/// dU += V^T (A dy A^T) at every frequency.
template <int K, class D>
void multiply_gradient(D d, Strip<D> v, Strip<D> m, int tiles, Slabs u, float* sums, Ahead& ahead) {
  const int64_t slab = u.slab(), panel = u.panel();
  for (int f = 0; f < u.slabs; ++f) {
    ahead.fetch();
    for (int p = 0; p < u.panels; ++p)
      multiply_gradient_frequency<K>(d, v.at(f, 0, 0), v.slice, u.depth / kSimd<D>, m.at(f, p * K, 0),
                                     m.slice, 1, tiles, sums + p * panel + f * slab);
  }
}

template <int Side, class D>
void add_gradient_of_tiles(D d, const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                           float* sums, Scratch& scratch) {
  const Slabs u = frequency_slabs(conv);
  const Strip<D> v = take_strip(d, x.slices, u.slabs, scratch),
                 m = take_strip(d, dy.slices, u.slabs, scratch);
  const int64_t tiles = images * ((conv.height + Side - 1) / Side) * ((conv.width + Side - 1) / Side);
  for (int64_t first = 0; first < tiles; first += kStrip) {
    const int count = static_cast<int>(std::min<int64_t>(kStrip, tiles - first));
    transform_input<Side>(d, conv, x, first, count, v);
    transform_output_gradient<Side>(d, conv, dy, first, count, m);
    with_panel(conv.panel(),
               [&](auto k) TTT_INLINED { multiply_gradient<k>(d, v, m, count, u, sums, scratch.ahead); });
  }
}

void convolve_all(const Conv& conv, const Frame& x, int64_t images, const float* packed, const Output& output,
                  Scratch& scratch) {
  with_tile(conv,
            [&](auto d, auto side) { convolve_tiles<side>(d, conv, x, images, packed, output, scratch); });
}

void add_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images, float* sums,
                  Scratch& scratch) {
  with_tile(conv,
            [&](auto d, auto side) { add_gradient_of_tiles<side>(d, conv, x, dy, images, sums, scratch); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(convolve_all);
HWY_EXPORT(add_gradient);

void winograd_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                       const Output& output, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  HWY_DYNAMIC_DISPATCH(convolve_all)(conv, x, images, packed, output, scratch);
}

void winograd_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                  float* sums, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  HWY_DYNAMIC_DISPATCH(add_gradient)(conv, x, dy, images, sums, scratch);
}
}  // namespace ttt::cpu
#endif
