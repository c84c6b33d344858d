#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/fma_peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cstdint>

#include "kernels/cpu/fma_peak.h"
#include "kernels/cpu/simd_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

inline constexpr int kChains = 12;  // more than a multiply-add takes cycles (4 or 5) times units (2)

/// Runs `count` rounds of kChains independent multiply-adds; returns their operations in FLOP.
double multiply_adds(int64_t count, float* result) {
  const Widest d;
  const auto factor = hn::Set(d, 0.999f), term = hn::Set(d, 1e-6f);
  Vec<Widest> sums[kChains];
  unroll<kChains>([&](auto i) TTT_INLINED { sums[i] = hn::Set(d, static_cast<float>(i)); });
  for (int64_t round = 0; round < count; ++round)
    unroll<kChains>([&](auto i) TTT_INLINED { sums[i] = hn::MulAdd(sums[i], factor, term); });
  unroll<kChains>([&](auto i) TTT_INLINED { sums[0] = hn::Add(sums[0], sums[i]); });
  hn::StoreU(sums[0], d, result);
  return 2.0 * static_cast<double>(count) * kChains * kSimd<Widest>;
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <chrono>

namespace ttt::cpu {
HWY_EXPORT(multiply_adds);

double fma_peak() {
  double best = 0;
  volatile float sink = 0;
  for (int i = 0; i < 200; ++i) {
    float result[16];
    const auto start = std::chrono::steady_clock::now();
    const double flops = HWY_DYNAMIC_DISPATCH(multiply_adds)(4000, result);
    best = std::max(best,
                    flops / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    sink = result[0];
  }
  static_cast<void>(sink);
  return best * 1e-9;
}

}  // namespace ttt::cpu
#endif
