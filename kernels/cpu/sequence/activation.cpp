#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/activation.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "kernels/cpu/sequence/activation.h"
#include "kernels/cpu/sequence/exponential_inl.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

// (1 + tanh(u)) / 2 is the logistic function of 2 u.
inline constexpr float kTwice = 1.5957691216057308f;  // 2 sqrt(2 / pi)
inline constexpr float kCubic = 0.044715f;

template <class D>
HWY_INLINE Vec<D> gelu_share(D d, Vec<D> x, Vec<D> square) {
  const auto inner = hn::MulAdd(hn::Mul(square, x), hn::Set(d, kCubic), x);
  return logistic(d, hn::Mul(inner, hn::Set(d, kTwice)));
}

void gelu_forward(int64_t count, const float* x, float* y) {
  const Widest d;
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    const auto v = load_up_to(d, x + i, n);
    store_up_to(d, hn::Mul(v, gelu_share(d, v, hn::Mul(v, v))), y + i, n);
  });
}

void gelu_gradient(int64_t count, const float* x, const float* dy, float* y, float* dx) {
  const Widest d;
  const auto one = hn::Set(d, 1.0f);
  for_vectors(d, count, [&](int64_t i, int64_t n) {
    const auto v = load_up_to(d, x + i, n), square = hn::Mul(v, v), share = gelu_share(d, v, square),
               value = hn::Mul(v, share);
    const auto slope = hn::Mul(hn::MulAdd(square, hn::Set(d, 3 * kCubic), one), hn::Set(d, kTwice));
    const auto derivative = hn::MulAdd(hn::Mul(value, hn::Sub(one, share)), slope, share);
    store_up_to(d, hn::Mul(load_up_to(d, dy + i, n), derivative), dx + i, n);
    store_up_to(d, value, y + i, n);
  });
}

void swiglu_forward(int64_t rows, int64_t width, const float* x, float* y) {
  const Widest d;
  for (int64_t r = 0; r < rows; ++r, x += 2 * width, y += width)
    for_vectors(d, width, [&](int64_t i, int64_t n) {
      const auto g = load_up_to(d, x + i, n), u = load_up_to(d, x + width + i, n);
      store_up_to(d, hn::Mul(hn::Mul(g, logistic(d, g)), u), y + i, n);
    });
}

void swiglu_gradient(int64_t rows, int64_t width, const float* x, const float* dy, float* y, float* dx) {
  const Widest d;
  const auto one = hn::Set(d, 1.0f);
  for (int64_t r = 0; r < rows; ++r, x += 2 * width, dx += 2 * width, y += width, dy += width)
    for_vectors(d, width, [&](int64_t i, int64_t n) {
      const auto g = load_up_to(d, x + i, n), u = load_up_to(d, x + width + i, n),
                 up = load_up_to(d, dy + i, n), share = logistic(d, g), gate = hn::Mul(g, share);
      const auto derivative = hn::MulAdd(gate, hn::Sub(one, share), share);
      store_up_to(d, hn::Mul(hn::Mul(up, u), derivative), dx + i, n);
      store_up_to(d, hn::Mul(up, gate), dx + width + i, n);
      store_up_to(d, hn::Mul(gate, u), y + i, n);
    });
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(gelu_forward);
HWY_EXPORT(gelu_gradient);
HWY_EXPORT(swiglu_forward);
HWY_EXPORT(swiglu_gradient);

void gelu(int64_t count, const float* x, float* y) { HWY_DYNAMIC_DISPATCH(gelu_forward)(count, x, y); }

void gelu_backward(int64_t count, const float* x, const float* dy, float* y, float* dx) {
  HWY_DYNAMIC_DISPATCH(gelu_gradient)(count, x, dy, y, dx);
}

void swiglu(int64_t rows, int64_t width, const float* x, float* y) {
  HWY_DYNAMIC_DISPATCH(swiglu_forward)(rows, width, x, y);
}

void swiglu_backward(int64_t rows, int64_t width, const float* x, const float* dy, float* y, float* dx) {
  HWY_DYNAMIC_DISPATCH(swiglu_gradient)(rows, width, x, dy, y, dx);
}

}  // namespace ttt::cpu
#endif
