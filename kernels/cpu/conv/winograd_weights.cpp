// Weights on their way to Winograd's frequencies, and weight gradients on their way back: see winograd_inl.h.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/winograd_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv/algorithms.h"
#include "kernels/cpu/conv/winograd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// U = G g G^T for every pair of channels; a slab is a plain array here.
template <int Side, class D>
void weights_to_frequencies(D d, const Slabs& g, const Slabs& u, const float* taps, float* transformed) {
  for (int panel = 0; panel < g.panels; ++panel)
    for (int i = 0; i < g.depth * g.panel_floats; i += kSimd<D>) {
      const int64_t g_slab = g.slab(), u_slab = u.slab();
      const float* from = taps + panel * g.panel() + i;
      float* to = transformed + panel * u.panel() + i;
      transform_2d<3, Side + 2, 1>(
          d, [&](const auto& in, auto& out) TTT_INLINED { weight_transform(d, in, out); },
          [&](int r, int c) TTT_INLINED { return hn::Load(d, from + (r * 3 + c) * g_slab); },
          [&](int r, int c, Vec<D> w) TTT_INLINED { hn::Store(w, d, to + (r * (Side + 2) + c) * u_slab); });
    }
}

/// dg = G^T dU G.
template <int Side, class D>
void gradient_to_taps(D d, const Slabs& g, const Slabs& u, const float* transformed, float* taps) {
  for (int panel = 0; panel < g.panels; ++panel)
    for (int i = 0; i < g.depth * g.panel_floats; i += kSimd<D>) {
      const int64_t g_slab = g.slab(), u_slab = u.slab();
      const float* from = transformed + panel * u.panel() + i;
      float* to = taps + panel * g.panel() + i;
      transform_2d<Side + 2, 3, 1>(
          d, [&](const auto& in, auto& out) TTT_INLINED { weight_gradient_transform(d, in, out); },
          [&](int r, int c) TTT_INLINED { return hn::Load(d, from + (r * (Side + 2) + c) * u_slab); },
          [&](int r, int c, Vec<D> w) TTT_INLINED { hn::Store(w, d, to + (r * 3 + c) * g_slab); });
    }
}

void from_taps(const Conv& conv, const float* taps, float* transformed) {
  with_tile(conv, [&](auto d, auto side) {
    weights_to_frequencies<side>(d, tap_slabs(conv), frequency_slabs(conv), taps, transformed);
  });
}

void to_taps(const Conv& conv, const float* transformed, float* taps) {
  with_tile(conv, [&](auto d, auto side) {
    gradient_to_taps<side>(d, tap_slabs(conv), frequency_slabs(conv), transformed, taps);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(from_taps);
HWY_EXPORT(to_taps);

void winograd_from_taps(const Conv& conv, const float* taps, float* transformed) {
  HWY_DYNAMIC_DISPATCH(from_taps)(conv, taps, transformed);
}

void winograd_to_taps(const Conv& conv, const float* transformed, float* taps) {
  HWY_DYNAMIC_DISPATCH(to_taps)(conv, transformed, taps);
}
}  // namespace ttt::cpu
#endif
