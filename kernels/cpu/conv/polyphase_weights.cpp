// Weights on their way to the products of polyphase components, and weight gradients on their way back: see
// polyphase_inl.h.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/polyphase_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/polyphase_inl.h"
#include "kernels/cpu/conv/winograd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Weights of all phases, 6 x 6: in each dimension the pair's five frequencies, then the single tap.
template <class D>
void weights_to_phases(D d, const Slabs& g, const Slabs& u, const float* taps, float* transformed) {
  for (int panel = 0; panel < g.panels; ++panel)
    for (int i = 0; i < g.depth * g.panel_floats; i += kSimd<D>) {
      const int64_t g_slab = g.slab(), u_slab = u.slab();
      const float* from = taps + panel * g.panel() + i;
      float* to = transformed + panel * u.panel() + i;
      transform_2d<3, 6, 1>(
          d, [&](const auto& in, auto& out) TTT_INLINED { phase_weights(d, in, out); },
          [&](int r, int c) TTT_INLINED { return hn::Load(d, from + (r * 3 + c) * g_slab); },
          [&](int r, int c, Vec<D> w) TTT_INLINED { hn::Store(w, d, to + phase_slab(r, c) * u_slab); });
    }
}

template <class D>
void phase_gradient_to_taps(D d, const Slabs& g, const Slabs& u, const float* transformed, float* taps) {
  for (int panel = 0; panel < g.panels; ++panel)
    for (int i = 0; i < g.depth * g.panel_floats; i += kSimd<D>) {
      const int64_t g_slab = g.slab(), u_slab = u.slab();
      const float* from = transformed + panel * u.panel() + i;
      float* to = taps + panel * g.panel() + i;
      transform_2d<6, 3, 1>(
          d, [&](const auto& in, auto& out) TTT_INLINED { phase_weight_gradient(d, in, out); },
          [&](int r, int c) TTT_INLINED { return hn::Load(d, from + phase_slab(r, c) * u_slab); },
          [&](int r, int c, Vec<D> w) TTT_INLINED { hn::Store(w, d, to + (r * 3 + c) * g_slab); });
    }
}

void phases_from_taps(const Conv& conv, const float* taps, float* transformed) {
  with_vector(conv.out_simd, [&](auto d) {
    weights_to_phases(d, tap_slabs(conv), frequency_slabs(conv), taps, transformed);
  });
}

void phases_to_taps(const Conv& conv, const float* transformed, float* taps) {
  with_vector(conv.out_simd, [&](auto d) {
    phase_gradient_to_taps(d, tap_slabs(conv), frequency_slabs(conv), transformed, taps);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(phases_from_taps);
HWY_EXPORT(phases_to_taps);

void polyphase_from_taps(const Conv& conv, const float* taps, float* transformed) {
  HWY_DYNAMIC_DISPATCH(phases_from_taps)(conv, taps, transformed);
}

void polyphase_to_taps(const Conv& conv, const float* transformed, float* taps) {
  HWY_DYNAMIC_DISPATCH(phases_to_taps)(conv, transformed, taps);
}
}  // namespace ttt::cpu
#endif
