// Transforms of weights between slabs of taps and slabs of frequencies. Included once per instruction set.
#if defined(TTT_KERNELS_CPU_CONV_SLABS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef TTT_KERNELS_CPU_CONV_SLABS_INL_H
#undef TTT_KERNELS_CPU_CONV_SLABS_INL_H
#else
#define TTT_KERNELS_CPU_CONV_SLABS_INL_H
#endif

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/winograd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

constexpr int tap_slab(int row, int column) { return row * 3 + column; }

/// From x From slabs at `in` to To x To at `out`, for every pair of channels; a slab is a plain array here.
/// in_slab(row, column) and out_slab(row, column) say which is which.
template <int From, int To, class D, class Transform, class InSlab, class OutSlab>
HWY_INLINE void transform_slabs(D d, const Slabs& from, const Slabs& to, const float* in, float* out,
                                Transform&& column_transform, InSlab&& in_slab, OutSlab&& out_slab) {
  const int64_t from_slab = from.slab(), to_slab = to.slab();
  for (int panel = 0; panel < from.panels; ++panel)
    for (int i = 0; i < from.depth * from.panel_floats; i += kSimd<D>) {
      const float* source = in + panel * from.panel() + i;
      float* target = out + panel * to.panel() + i;
      transform_2d<From, To, 1>(
          d, column_transform,
          [&](int r, int c) TTT_INLINED { return hn::Load(d, source + in_slab(r, c) * from_slab); },
          [&](int r, int c, Vec<D> w) TTT_INLINED { hn::Store(w, d, target + out_slab(r, c) * to_slab); });
    }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#endif
