#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/step.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/sequence/step.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

/// Sums of squares in double, a vector's halves apart.
class Squares {
 public:
  HWY_INLINE Squares() {
#if HWY_TARGET != HWY_SCALAR
    low_ = high_ = hn::Zero(doubles_);
#endif
  }
  HWY_INLINE void add(Vec<Widest> v) {
#if HWY_TARGET == HWY_SCALAR
    const double x = static_cast<double>(hn::GetLane(v));
    sum_ += x * x;
#else
    const hn::Half<Widest> half;
    const auto low = hn::PromoteTo(doubles_, hn::LowerHalf(half, v)),
               high = hn::PromoteTo(doubles_, hn::UpperHalf(half, v));
    low_ = hn::MulAdd(low, low, low_);
    high_ = hn::MulAdd(high, high, high_);
#endif
  }
#if HWY_TARGET == HWY_SCALAR
  double total() const { return sum_; }

 private:
  double sum_ = 0;
#else
  HWY_INLINE double total() const { return hn::GetLane(hn::SumOfLanes(doubles_, hn::Add(low_, high_))); }

 private:
  hn::CappedTag<double, 8> doubles_;
  hn::Vec<hn::CappedTag<double, 8> > low_, high_;
#endif
};

double length_squared(int64_t count, const float* values) {
  const Widest d;
  Squares squares;
  for_vectors(d, count, [&](int64_t i, int64_t n) { squares.add(load_up_to(d, values + i, n)); });
  return squares.total();
}

double descend(int64_t count, const SgdStep& step, float factor, const float* gradient, float* weights,
               float* velocity) {
  const Widest d;
  const auto rate = hn::Set(d, step.rate), momentum = hn::Set(d, step.momentum),
             decay = hn::Set(d, step.decay), scale = hn::Set(d, factor);
  Squares squares;
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    const auto w = load_up_to(d, weights + i, n);
    const auto g = hn::MulAdd(decay, w, hn::Mul(load_up_to(d, gradient + i, n), scale));
    auto along = g;
    if (velocity) {
      const auto v = hn::MulAdd(momentum, load_up_to(d, velocity + i, n), g);
      store_up_to(d, v, velocity + i, n);
      along = step.nesterov ? hn::MulAdd(momentum, v, g) : v;
    }
    const auto change = hn::Mul(rate, along);
    squares.add(change);
    store_up_to(d, hn::Sub(w, change), weights + i, n);
  });
  return squares.total();
}

double adapt(int64_t count, const AdamStep& step, float factor, const float* gradient, float* weights,
             float* first, float* second) {
  const Widest d;
  const auto rate = hn::Set(d, step.rate), bias = hn::Set(d, step.bias), epsilon = hn::Set(d, step.epsilon),
             beta1 = hn::Set(d, step.beta1), rest1 = hn::Set(d, 1 - step.beta1),
             beta2 = hn::Set(d, step.beta2), rest2 = hn::Set(d, 1 - step.beta2),
             decay = hn::Set(d, step.decay), shrink = hn::Set(d, step.shrink), scale = hn::Set(d, factor);
  Squares squares;
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    const auto w = load_up_to(d, weights + i, n);
    const auto g = hn::MulAdd(decay, w, hn::Mul(load_up_to(d, gradient + i, n), scale));
    const auto m = hn::MulAdd(beta1, load_up_to(d, first + i, n), hn::Mul(rest1, g));
    const auto v = hn::MulAdd(beta2, load_up_to(d, second + i, n), hn::Mul(hn::Mul(rest2, g), g));
    store_up_to(d, m, first + i, n);
    store_up_to(d, v, second + i, n);
    const auto along = hn::Div(hn::Mul(rate, m), hn::Add(hn::Sqrt(hn::Mul(bias, v)), epsilon));
    const auto change = hn::MulAdd(shrink, w, along);
    squares.add(change);
    store_up_to(d, hn::Sub(w, change), weights + i, n);
  });
  return squares.total();
}

void pulled(int64_t count, float share, const float* source, float* weights) {
  const Widest d;
  const auto part = hn::Set(d, share);
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    const auto w = load_up_to(d, weights + i, n);
    store_up_to(d, hn::MulAdd(part, hn::Sub(load_up_to(d, source + i, n), w), w), weights + i, n);
  });
}

void added_up(int64_t count, const float* const* parts, int64_t number, float* sum) {
  const Widest d;
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    auto total = load_up_to(d, parts[0] + i, n);
    for (int64_t k = 1; k < number; ++k) total = hn::Add(total, load_up_to(d, parts[k] + i, n));
    store_up_to(d, total, sum + i, n);
  });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(length_squared);
HWY_EXPORT(descend);
HWY_EXPORT(adapt);
HWY_EXPORT(pulled);
HWY_EXPORT(added_up);

double squared_length(int64_t count, const float* values) {
  return HWY_DYNAMIC_DISPATCH(length_squared)(count, values);
}

double sgd_step(int64_t count, const SgdStep& step, float factor, const float* gradient, float* weights,
                float* velocity) {
  return HWY_DYNAMIC_DISPATCH(descend)(count, step, factor, gradient, weights, velocity);
}

double adam_step(int64_t count, const AdamStep& step, float factor, const float* gradient, float* weights,
                 float* first, float* second) {
  return HWY_DYNAMIC_DISPATCH(adapt)(count, step, factor, gradient, weights, first, second);
}

void pull(int64_t count, float share, const float* source, float* weights) {
  HWY_DYNAMIC_DISPATCH(pulled)(count, share, source, weights);
}

void add_up(int64_t count, const float* const* parts, int64_t number, float* sum) {
  HWY_DYNAMIC_DISPATCH(added_up)(count, parts, number, sum);
}

}  // namespace ttt::cpu
#endif
