#include "kernels/cpu/targets.h"
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "kernels/cpu/sequence/rms_norm.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <cmath>

#include "kernels/cpu/sequence/rms_norm.h"
#include "kernels/cpu/sequence/tile_inl.h"

HWY_BEFORE_NAMESPACE();
namespace ttt::cpu {
namespace HWY_NAMESPACE {

void scaled_rows(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                 Matrix y) {
  const Widest d;
  for (int64_t r = 0; r < shape.rows; ++r) {
    const float* from = x.data + r * x.stride;
    float* to = y.data + r * y.stride;
    const auto scale = hn::Set(d, inverse[r]);
    for_vectors(d, shape.width, [&](int64_t i, int64_t n) {
      const auto xhat = hn::Mul(load_up_to(d, from + i, n), scale);
      store_up_to(d, hn::Mul(xhat, load_up_to(d, gain + i, n)), to + i, n);
    });
  }
}

void normed_rows(const RmsNormShape& shape, ConstMatrix x, const float* gain, Matrix y, float* inverse) {
  const Widest d;
  for (int64_t r = 0; r < shape.rows; ++r) {
    const float* from = x.data + r * x.stride;
    auto squares = hn::Zero(d);
    for_vectors(d, shape.width, [&](int64_t i, int64_t n) {
      const auto v = load_up_to(d, from + i, n);
      squares = hn::MulAdd(v, v, squares);
    });
    const float mean = hn::GetLane(hn::SumOfLanes(d, squares)) / static_cast<float>(shape.width);
    inverse[r] = 1.0f / std::sqrt(mean + shape.epsilon);
  }
  scaled_rows(shape, x, gain, inverse, y);
}

void norm_gradients(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                    ConstMatrix dy, Into into, Matrix dx, float* dgain) {
  const Widest d;
  for (int64_t r = 0; r < shape.rows; ++r) {
    const float *from = x.data + r * x.stride, *up = dy.data + r * dy.stride;
    float* to = dx.data + r * dx.stride;
    const auto scale = hn::Set(d, inverse[r]);
    auto products = hn::Zero(d);  // of the gradient of xhat with xhat
    for_vectors(d, shape.width, [&](int64_t i, int64_t n) {
      const auto xhat = hn::Mul(load_up_to(d, from + i, n), scale);
      const auto along = hn::Mul(load_up_to(d, up + i, n), xhat);
      products = hn::MulAdd(along, load_up_to(d, gain + i, n), products);
      if (dgain) store_up_to(d, hn::Add(load_up_to(d, dgain + i, n), along), dgain + i, n);
    });
    const auto mean =
        hn::Set(d, hn::GetLane(hn::SumOfLanes(d, products)) / static_cast<float>(shape.width) * inverse[r]);
    for_vectors(d, shape.width, [&](int64_t i, int64_t n) {
      const auto dxhat = hn::Mul(load_up_to(d, up + i, n), load_up_to(d, gain + i, n));
      const auto change = hn::Mul(hn::NegMulAdd(load_up_to(d, from + i, n), mean, dxhat), scale);
      store_up_to(d, into == Into::added ? hn::Add(load_up_to(d, to + i, n), change) : change, to + i, n);
    });
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace ttt::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace ttt::cpu {
HWY_EXPORT(scaled_rows);
HWY_EXPORT(normed_rows);
HWY_EXPORT(norm_gradients);

void rms_norm(const RmsNormShape& shape, ConstMatrix x, const float* gain, Matrix y, float* inverse) {
  HWY_DYNAMIC_DISPATCH(normed_rows)(shape, x, gain, y, inverse);
}

void rms_norm_again(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                    Matrix y) {
  HWY_DYNAMIC_DISPATCH(scaled_rows)(shape, x, gain, inverse, y);
}

void rms_norm_backward(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                       ConstMatrix dy, Into into, Matrix dx, float* dgain) {
  HWY_DYNAMIC_DISPATCH(norm_gradients)(shape, x, gain, inverse, dy, into, dx, dgain);
}

}  // namespace ttt::cpu
#endif
