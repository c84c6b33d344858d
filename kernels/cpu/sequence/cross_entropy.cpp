#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/cross_entropy.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>
#include <limits>

#include "kernels/cpu/sequence/cross_entropy.h"
#include "kernels/cpu/sequence/exponential_inl.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Up to a vector of logits; behind them minus infinity, whose exponential is nothing.
template <class D>
HWY_INLINE Vec<D> load_logits(D d, const float* from, int64_t count) {
  if (count >= kSimd<D>) return hn::LoadU(d, from);
  return hn::IfThenElse(hn::FirstN(d, static_cast<size_t>(count)), load_part(d, from, count),
                        hn::Set(d, -std::numeric_limits<float>::infinity()));
}

/// The sum of exp(z - most) over a row; f(i, n, vector) gets its terms.
template <class F>
HWY_INLINE float sum_of_powers(int64_t classes, const float* z, float most, F&& f) {
  const Widest d;
  const auto largest = hn::Set(d, most);
  auto sum = hn::Zero(d);
  for_vectors(d, classes, [&](int64_t i, int64_t n) {
    const auto power = exponential(d, hn::Sub(load_logits(d, z + i, n), largest));
    sum = hn::Add(sum, power);
    f(i, n, power);
  });
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

inline float largest_of(int64_t classes, const float* z) {
  const Widest d;
  auto most = hn::Set(d, -std::numeric_limits<float>::infinity());
  for_vectors(d, classes, [&](int64_t i, int64_t n) { most = hn::Max(most, load_logits(d, z + i, n)); });
  return hn::GetLane(hn::MaxOfLanes(d, most));
}

inline int32_t first_equal(int64_t classes, const float* z, float value) {
  int64_t i = 0;
  while (i < classes && z[i] != value) ++i;
  return i < classes ? static_cast<int32_t>(i) : -1;
}

/// f(row, z, most) does the row's sum of powers and whatever else.
template <class F>
HWY_INLINE void rows_of(const Predicted& predicted, ConstMatrix logits, float* nats, int32_t* best, F&& f) {
  for (int64_t r = 0; r < predicted.rows; ++r) {
    const float* z = logits.data + r * logits.stride;
    const float most = largest_of(predicted.classes, z);
    const float below = z[predicted.targets[r]] - most;
    best[r] = first_equal(predicted.classes, z, most);
    nats[r] = static_cast<float>(std::log(static_cast<double>(f(r, z, most))) - static_cast<double>(below));
    if (std::isnan(nats[r])) best[r] = -1;
  }
}

void scores(const Predicted& predicted, ConstMatrix logits, float* nats, int32_t* best) {
  rows_of(predicted, logits, nats, best, [&](int64_t, const float* z, float most) {
    return sum_of_powers(predicted.classes, z, most, [](int64_t, int64_t, auto) {});
  });
}

void scores_and_gradient(const Predicted& predicted, float share, Matrix logits, float* nats, int32_t* best) {
  const Widest d;
  rows_of(predicted, logits, nats, best, [&](int64_t r, const float* z, float most) {
    float* to = logits.data + r * logits.stride;
    const float sum = sum_of_powers(predicted.classes, z, most, [&](int64_t i, int64_t n, auto power) {
      store_up_to(d, power, to + i, n);
    });
    const auto scale = hn::Set(d, share / sum);
    for_vectors(d, predicted.classes, [&](int64_t i, int64_t n) {
      store_up_to(d, hn::Mul(load_up_to(d, to + i, n), scale), to + i, n);
    });
    to[predicted.targets[r]] -= share;
    return sum;
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(scores);
HWY_EXPORT(scores_and_gradient);

void cross_entropy(const Predicted& predicted, ConstMatrix logits, float* nats, int32_t* best) {
  HWY_DYNAMIC_DISPATCH(scores)(predicted, logits, nats, best);
}

void cross_entropy_gradient(const Predicted& predicted, float share, Matrix logits, float* nats,
                            int32_t* best) {
  HWY_DYNAMIC_DISPATCH(scores_and_gradient)(predicted, share, logits, nats, best);
}

}  // namespace ttt::cpu
#endif
