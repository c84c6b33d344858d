#pragma once
#include <functional>
#include <string>
#include <vector>

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

/// Whether every lane of f(inputs), all [K, ...], has the same value alone and when the lanes are in reverse.
inline bool is_lane_by_lane(const std::function<at::Tensor(const std::vector<at::Tensor>&)>& f,
                            const std::vector<at::Tensor>& inputs) {
  const at::Tensor together = f(inputs);
  const int64_t lanes = together.size(0);
  const auto of_lanes = [&](const at::Tensor& chosen) {
    std::vector<at::Tensor> some;
    for (const at::Tensor& x : inputs) some.push_back(x.index_select(0, chosen));
    return f(some).equal(together.index_select(0, chosen));
  };
  bool same = of_lanes(at::arange(lanes, at::kLong).flip(0));
  for (int64_t k = 0; k < lanes; ++k) same = same && of_lanes(at::tensor({k}, at::kLong));
  return same;
}

inline double inner_product(const at::Tensor& a, const at::Tensor& b) { return (a * b).sum().item<double>(); }

}  // namespace ttt
