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

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Every product has a slab of weights of its own.
constexpr Products one_product(int slab) { return {slab, 1}; }

/// V = B^T x B.
template <int Side, class D>
void transform_input(D d, Conv conv, Frame x, int64_t first, int count, Strip<D> to) {
  transform_to_strip<Side, Side + 2, Side + 2, 2>(
      d, conv, x, 1, 0, first, count, to,
      [&](const auto& in, auto& v) TTT_INLINED { input_transform(d, in, v); }, frequency<Side>);
}

/// A dy A^T.
template <int Side, class D>
void transform_output_gradient(D d, Conv conv, Frame dy, int64_t first, int count, Strip<D> to) {
  transform_to_strip<Side, Side, Side + 2, 1>(
      d, conv, dy, 1, 1, first, count, to,
      [&](const auto& in, auto& v) TTT_INLINED { output_gradient_transform(d, in, v); }, frequency<Side>);
}

/// y = A^T M A.
template <int Side, class D, class Open>
void transform_output(D d, int slices, Strip<D> m, int64_t first, int count, const Output& output,
                      Open&& open) {
  transform_from_strip<Side + 2, Side, 1>(
      d, slices, m, first, count, output, open,
      [&](const auto& from, auto& to) TTT_INLINED { output_transform(d, from, to); }, frequency<Side>);
}

template <int Side, class D>
void convolve_tiles(D d, const Conv& conv, const Frame& x, int64_t images, const float* packed,
                    const Output& output, Scratch& scratch) {
  const Slabs u = frequency_slabs(conv);
  // Products of a frequency take the place of the inputs of the one before: half the memory to keep in cache.
  const Strip<D> m = take_strip(d, std::max(x.slices, conv.out_slices()), u.slabs + 1, scratch);
  const Strip<D> v = {m.data + kFrequency<D>, m.slice};
  for_strips<Side>(conv, images, [&](int64_t first, int count) {
    transform_input<Side>(d, conv, x, first, count, v);
    with_panel(conv.panel(),
               [&](auto k) { multiply<k>(d, v, packed, u, count, m, scratch.ahead, one_product); });
    with_writer(d, output, [&](auto&& open) TTT_INLINED {
      transform_output<Side>(d, conv.out_slices(), m, first, count, output, open);
    });
  });
}

template <int Side, class D>
void add_gradient_of_tiles(D d, const Conv& conv, const Frame& x, const Frame& dy, int64_t images,
                           float* sums, Scratch& scratch) {
  const Slabs u = frequency_slabs(conv);
  const Strip<D> v = take_strip(d, x.slices, u.slabs, scratch),
                 m = take_strip(d, dy.slices, u.slabs, scratch);
  for_strips<Side>(conv, images, [&](int64_t first, int count) {
    transform_input<Side>(d, conv, x, first, count, v);
    transform_output_gradient<Side>(d, conv, dy, first, count, m);
    with_panel(conv.panel(),
               [&](auto k) { multiply_gradient<k>(d, v, m, count, u, sums, scratch.ahead, one_product); });
  });
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
