// Convolution as it is defined, on frames: y[p] = sum over taps t and input channels of x[stride p + t] w[t].
// For images, for what Winograd does not pay for, and as the reference that Winograd's is compared with.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/direct.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <span>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/emit_inl.h"
#include "kernels/cpu/product_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// A slab of weights and the input it meets: floats from the frame position that belongs to an output.
struct Tap {
  int slab;
  int64_t offset;
};

/// The taps that meet frame rows `top` + 0, 1, 2 and columns 0, 1, 2.
inline int all_taps(const Conv& conv, const Frame& x, Tap (&taps)[9]) {
  const int columns = conv.thin() ? 1 : 3;  // a thin slab holds a row of three
  for (int t = 0; t < 3 * columns; ++t) taps[t] = {t, t / columns * x.row() + t % columns * x.simd};
  return 3 * columns;
}

/// A row of outputs of one panel into `row` [K, width, simd]. Step: floats between inputs of neighbouring
/// outputs.
template <int K, int Step, class D>
void convolve_row(D d, const Frame& x, const float* position, std::span<const Tap> taps, const Slabs& slabs,
                  const float* panel_weights, int width, float* row) {
  const int slice_depth = slabs.depth / x.slices;
  in_pieces<kRows<K>>(0, width, [&](int first, auto count) TTT_INLINED {
    Sums<D, count, K> sums;
    set_zero(d, sums);
    for (const Tap& tap : taps) {
      const float* in = position + tap.offset + first * Step;
      const float* weights = panel_weights + tap.slab * slabs.slab();
      for (int s = 0; s < x.slices; ++s, in += x.slice(), weights += slice_depth * slabs.panel_floats)
        multiply_add<count, K, Step>(d, in, weights, slice_depth, sums);
    }
    unroll<K>([&](auto k) TTT_INLINED {
      float* to = row + (k * width + first) * kSimd<D>;
      unroll<count>([&](auto r) TTT_INLINED { hn::Store(sums[r * K + k], d, to + r * kSimd<D>); });
    });
  });
}

/// Sends a row of a panel to its writers, the first output to `first`, each next one a step further.
template <class D>
HWY_NOINLINE void emit_row(D d, const Output& output, int64_t image, int panel, int slices, const float* row,
                           int width, Place first, Place step) {
  with_writer(d, output, [&](auto&& open) TTT_INLINED {
    for (int k = 0; k < slices; ++k, row += width * kSimd<D>) {
      auto writer = open(image, panel * slices + k);
      Place at = first;
      for (int i = 0; i < width; ++i, at += step) writer.put(at, hn::Load(d, row + i * kSimd<D>));
      writer.close();
    }
  });
}

/// Calls f(floats of an input slice, stride, whether the convolution is thin), all compile-time constants.
template <class F>
HWY_INLINE void with_input(const Conv& conv, F&& f) {
  constexpr std::integral_constant<int, 1> one{};
  constexpr std::integral_constant<int, 2> two{};
  const auto with_stride = [&](auto simd, auto thin) TTT_INLINED {
    if (conv.shape.stride == 1) return f(simd, one, thin);
    f(simd, two, thin);
  };
  if (conv.thin() && conv.in_simd == 1) return with_stride(one, std::true_type{});
  if (conv.thin()) return with_stride(std::integral_constant<int, 3>{}, std::true_type{});
  with_vector(conv.in_simd, [&](auto d) TTT_INLINED {
    with_stride(std::integral_constant<int, kSimd<decltype(d)>>{}, std::false_type{});
  });
}

template <int K, int Step, class D>
void convolve_panel(D d, const Conv& conv, const Frame& x, int64_t image, const float* packed, int panel,
                    float* row, const Output& output) {
  const Slabs slabs = tap_slabs(conv);
  Tap taps[9];
  const std::span<const Tap> used(taps, static_cast<size_t>(all_taps(conv, x, taps)));
  for (int y = 0; y < conv.height; ++y) {
    convolve_row<K, Step>(d, x, x.corner(image) + y * conv.shape.stride * x.row(), used, slabs,
                          packed + panel * slabs.panel(), conv.width, row);
    emit_row(d, output, image, panel, K, row, conv.width, place(output, y, 0), place(output, 0, 1));
  }
}

void convolve_direct(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                     const Output& output, float* row) {
  with_vector(conv.out_simd, [&](auto d) {
    with_input(conv, [&](auto simd, auto stride, auto) {
      with_panel(conv.panel(), [&](auto k) {
        for (int64_t i = 0; i < images; ++i)
          for (int panel = 0; panel < conv.panels(); ++panel)
            convolve_panel<k, simd * stride>(d, conv, x, i, packed, panel, row, output);
      });
    });
  });
}

/// Stride 2: input row 2 q + p met output rows through taps of the other parity: p = 0 row q by tap 1; p = 1
/// row q by tap 2 and row q + 1 by tap 0. Columns likewise: four kinds of pixels, of 1, 2, 2 and 4 taps.
inline int taps_of_parity(const Frame& dy, int row_parity, int column_parity, Tap (&taps)[9]) {
  int count = 0;
  for (int r = 0; r <= row_parity; ++r)
    for (int c = 0; c <= column_parity; ++c) {
      const int tap_row = row_parity == 0 ? 1 : 2 - 2 * r, tap_column = column_parity == 0 ? 1 : 2 - 2 * c;
      taps[count++] = {tap_row * 3 + tap_column, r * dy.row() + c * dy.simd};
    }
  return count;
}

template <int K, class D, class Simd>
void convolve_panel_back(D d, Simd, const Conv& conv, const Frame& dy, int64_t image, const float* packed,
                         int panel, float* row, const Output& output) {
  const Slabs slabs = tap_slabs(mirrored(conv));
  for (int y = 0; y < conv.shape.height; ++y)
    for (int column_parity = 0; column_parity < 2; ++column_parity) {
      Tap taps[9];
      const auto count = static_cast<size_t>(taps_of_parity(dy, y % 2, column_parity, taps));
      const int width = strided(conv.shape.width - column_parity, 2);
      convolve_row<K, Simd::value>(d, dy, dy.pixels(image).at(0, y / 2, 0), std::span<const Tap>(taps, count),
                                   slabs, packed + panel * slabs.panel(), width, row);
      emit_row(d, output, image, panel, K, row, width, place(output, y, column_parity), place(output, 0, 2));
    }
}

void convolve_direct_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                          const Output& output, float* row) {
  const Conv back = mirrored(conv);
  with_vector(back.out_simd, [&](auto d) {
    with_vector(back.in_simd, [&](auto in) {
      constexpr std::integral_constant<int, kSimd<decltype(in)>> simd{};
      with_panel(back.panel(), [&](auto k) {
        for (int64_t i = 0; i < images; ++i)
          for (int panel = 0; panel < back.panels(); ++panel)
            convolve_panel_back<k>(d, simd, conv, dy, i, packed, panel, row, output);
      });
    });
  });
}

/// dw[t] += sum over pixels p of x[stride p + t] dy[p]; `Inputs` input channels at a time over the whole
/// image.
template <int Inputs, int K, int Step, class D>
void add_gradient_of_slab(D d, const Conv& conv, const Frame& x, const Frame& dy, int64_t image,
                          const Tap& tap, int panel, float* slab) {
  const int slice_depth = tap_slabs(conv).depth / x.slices;
  const Pixels gradient = dy.pixels(image);
  for (int s = 0; s < x.slices; ++s)
    for (int l = 0; l < slice_depth; l += Inputs, slab += Inputs * K * kSimd<D>) {
      const float* in = x.corner(image) + tap.offset + s * x.slice() + l;
      Sums<D, Inputs, K> sums;
      load(d, slab, sums);
      for (int y = 0; y < conv.height; ++y)
        add_outer_products<Inputs, K, Step>(d, in + y * conv.shape.stride * x.row(),
                                            gradient.at(panel * K, y, 0), gradient.slice, conv.width, sums);
      store(d, sums, slab);
    }
}

void add_gradient_direct(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                         float* sums_memory) {
  const Slabs slabs = tap_slabs(conv);
  Tap taps[9];
  const int tap_count = all_taps(conv, x, taps);
  with_vector(conv.out_simd, [&](auto d) {
    with_input(conv, [&](auto simd, auto stride, auto thin) {
      with_panel(conv.panel(), [&](auto k) {
        constexpr int kInputs = thin ? 3 * simd : kRows<k> < simd ? kRows<k> : simd;
        for (int64_t i = 0; i < images; ++i)
          for (int panel = 0; panel < conv.panels(); ++panel)
            for (int t = 0; t < tap_count; ++t)
              add_gradient_of_slab<kInputs, k, simd * stride>(
                  d, conv, x, dy, i, taps[t], panel, sums_memory + panel * slabs.panel() + t * slabs.slab());
      });
    });
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(convolve_direct);
HWY_EXPORT(convolve_direct_back);
HWY_EXPORT(add_gradient_direct);

void direct_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                     const Output& output, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  float* row = scratch.take(static_cast<int64_t>(conv.width) * conv.panel() * conv.out_simd);
  HWY_DYNAMIC_DISPATCH(convolve_direct)(conv, x, images, packed, output, row);
}

void direct_convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                          const Output& output, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  float* row = scratch.take(static_cast<int64_t>(conv.width) * 2 * conv.in_simd);
  HWY_DYNAMIC_DISPATCH(convolve_direct_back)(conv, dy, images, packed, output, row);
}

void direct_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                float* sums) {
  HWY_DYNAMIC_DISPATCH(add_gradient_direct)(conv, x, dy, images, sums);
}
}  // namespace ttt::cpu
#endif
