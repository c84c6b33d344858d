#pragma once
#include <functional>
#include <string>

#include "kernels/draw.h"
#include "kernels/torch.h"

namespace ttt {

/// Standard normals by draw, so that every test sees the same numbers.
inline at::Tensor normals(at::IntArrayRef shape, uint64_t subject, at::ScalarType type = at::kDouble) {
  at::Tensor x = at::empty(shape, at::kDouble);
  const Draw draw(42, Purpose::init, subject);
  for (int64_t i = 0; i < x.numel(); ++i)
    x.mutable_data_ptr<double>()[i] = draw.normal(static_cast<uint32_t>(i));
  return x.to(type);
}

/// Largest difference relative to the largest value of `expected`.
inline double relative_error(const at::Tensor& actual, const at::Tensor& expected) {
  const at::Tensor e = expected.to(at::kDouble), a = actual.to(at::kDouble);
  return ((a - e).abs().max() / e.abs().max()).item<double>();
}

/// Derivative of `f` at x along `direction` by central differences, in double.
inline double slope(const std::function<double(const at::Tensor&)>& f, const at::Tensor& x,
                    const at::Tensor& direction) {
  constexpr double h = 1e-6;
  return (f(x + h * direction) - f(x - h * direction)) / (2 * h);
}

inline double inner_product(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum().item<double>(); }

}  // namespace ttt
