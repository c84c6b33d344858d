// Weights on their way to Winograd's frequencies, and weight gradients on their way back: see winograd_inl.h.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/winograd_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv/slabs_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// U = G g G^T.
void from_taps(const Conv& conv, const float* taps, float* transformed) {
  with_tile(conv, [&](auto d, auto side) {
    transform_slabs<3, side + 2>(
        d, tap_slabs(conv), frequency_slabs(conv), taps, transformed,
        [&](const auto& in, auto& out) TTT_INLINED { weight_transform(d, in, out); }, tap_slab,
        frequency<side>);
  });
}

/// dg = G^T dU G.
void to_taps(const Conv& conv, const float* transformed, float* taps) {
  with_tile(conv, [&](auto d, auto side) {
    transform_slabs<side + 2, 3>(
        d, frequency_slabs(conv), tap_slabs(conv), transformed, taps,
        [&](const auto& in, auto& out) TTT_INLINED { weight_gradient_transform(d, in, out); },
        frequency<side>, tap_slab);
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
