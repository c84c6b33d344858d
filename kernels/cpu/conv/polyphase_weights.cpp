// Weights on their way to the products of polyphase components, and weight gradients on their way back: see
// polyphase_inl.h.
#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/conv/polyphase_weights.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/conv/polyphase_inl.h"
#include "kernels/cpu/conv/slabs_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Weights of all phases, 6 x 6: in each dimension the pair's five frequencies, then the single tap.
void phases_from_taps(const Conv& conv, const float* taps, float* transformed) {
  with_vector(conv.out_simd, [&](auto d) {
    transform_slabs<3, 6>(
        d, tap_slabs(conv), frequency_slabs(conv), taps, transformed,
        [&](const auto& in, auto& out) TTT_INLINED { phase_weights(d, in, out); }, tap_slab, phase_slab);
  });
}

void phases_to_taps(const Conv& conv, const float* transformed, float* taps) {
  with_vector(conv.out_simd, [&](auto d) {
    transform_slabs<6, 3>(
        d, frequency_slabs(conv), tap_slabs(conv), transformed, taps,
        [&](const auto& in, auto& out) TTT_INLINED { phase_weight_gradient(d, in, out); }, phase_slab,
        tap_slab);
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
