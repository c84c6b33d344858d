// Convolution of stride 2 of images in frames: see polyphase_inl.h for the mathematics. Tiles of 4x4 outputs
// go through in strips, as in winograd.cpp, and so do the 8x8 input gradients of as many.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/polyphase.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <algorithm>
#include <cassert>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/emit_inl.h"
#include "kernels/cpu/conv/polyphase_inl.h"
#include "kernels/cpu/conv/strip_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Transforms From x From pixels a tile (see phase_transform): 9x9 of x, from the border on; or 5x5 or 4x4 of
/// dy.
template <int From, class D>
void transform_to_phases(D d, Conv conv, Frame frame, int64_t first, int count, Strip<D> to) {
  constexpr int kStep = From == 9 ? 2 : 1, kBorder = From == 9 ? 0 : 1;
  assert(frame.rows >= kStep * ((conv.height + 3) / 4 * 4 - 4) + From + kBorder);
  assert(frame.columns >= kStep * ((conv.width + 3) / 4 * 4 - 4) + From + kBorder);
  transform_to_strip<4, From, 9, 3>(
      d, conv, frame, kStep, kBorder, first, count, to,
      [&](const auto& in, auto& v) TTT_INLINED { phase_transform(d, in, v); }, phase_product);
}

/// Side x Side results a tile.
template <int Side, class D, class Open>
void transform_from_phases(D d, int slices, Strip<D> m, int64_t first, int count, const Output& output,
                           Open&& open) {
  transform_from_strip<9, Side, Side / 4>(
      d, slices, m, first, count, output, open,
      [&](const auto& from, auto& to) TTT_INLINED { phase_outputs(d, from, to); }, phase_product);
}

/// Results in tiles of Side x Side from From x From pixels of `in`; `product` has the channels as they are
/// multiplied. with_output(f) calls f as a with_..._writer does.
template <int From, int Side, class D, class WithOutput>
void convolve_phases(D d, const Conv& conv, const Conv& product, const Frame& in, int64_t images,
                     const float* packed, const Output& output, Scratch& scratch, WithOutput&& with_output) {
  const Slabs u = frequency_slabs(product);
  // Products take the place of the inputs of the one before: half the memory to keep in cache.
  const Strip<D> m = take_strip(d, std::max(in.slices, product.out_slices()), kPhaseProducts + 1, scratch);
  const Strip<D> v = {m.data + kFrequency<D>, m.slice};
  for_strips<4>(conv, images, [&](int64_t first, int count) {
    transform_to_phases<From>(d, conv, in, first, count, v);
    with_panel(product.panel(),
               [&](auto k) { multiply<k>(d, v, packed, u, count, m, scratch.ahead, phase_products); });
    with_output([&](auto&& open) TTT_INLINED {
      transform_from_phases<Side>(d, product.out_slices(), m, first, count, output, open);
    });
  });
}

template <class D>
void add_gradient_of_phases(D d, const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                            float* sums, Scratch& scratch) {
  const Slabs u = frequency_slabs(conv);
  const Strip<D> v = take_strip(d, x.slices, kPhaseProducts, scratch),
                 m = take_strip(d, dy.slices, kPhaseProducts, scratch);
  for_strips<4>(conv, images, [&](int64_t first, int count) {
    transform_to_phases<9>(d, conv, x, first, count, v);
    transform_to_phases<4>(d, conv, dy, first, count, m);
    with_panel(conv.panel(),
               [&](auto k) { multiply_gradient<k>(d, v, m, count, u, sums, scratch.ahead, phase_products); });
  });
}

void polyphase_forward(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                       const Output& output, Scratch& scratch) {
  with_vector(conv.out_simd, [&](auto d) {
    convolve_phases<9, 4>(d, conv, conv, x, images, packed, output, scratch,
                          [&](auto&& f) TTT_INLINED { with_forward_writer(d, output, f); });
  });
}

void polyphase_backward(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                        const Output& output, Scratch& scratch) {
  with_vector(conv.out_simd, [&](auto d) {
    convolve_phases<5, 8>(d, conv, mirrored(conv), dy, images, packed, output, scratch,
                          [&](auto&& f) TTT_INLINED { with_gradient_writer(d, output, f); });
  });
}

void polyphase_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images, float* sums,
                        Scratch& scratch) {
  with_vector(conv.out_simd, [&](auto d) { add_gradient_of_phases(d, conv, x, dy, images, sums, scratch); });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(polyphase_forward);
HWY_EXPORT(polyphase_backward);
HWY_EXPORT(polyphase_gradient);

void polyphase_convolve(const Conv& conv, const Frame& x, int64_t images, const float* packed,
                        const Output& output, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  HWY_DYNAMIC_DISPATCH(polyphase_forward)(conv, x, images, packed, output, scratch);
}

void polyphase_convolve_back(const Conv& conv, const Frame& dy, int64_t images, const float* packed,
                             const Output& output, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  HWY_DYNAMIC_DISPATCH(polyphase_backward)(conv, dy, images, packed, output, scratch);
}

void polyphase_add_weight_gradient(const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                                   float* sums, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  HWY_DYNAMIC_DISPATCH(polyphase_gradient)(conv, x, dy, images, sums, scratch);
}
}  // namespace ttt::cpu
#endif
