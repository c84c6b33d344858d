#pragma once
#include <cmath>
#include <cstdint>
#include <vector>

namespace ttt::cuda {

using Floats = std::vector<float>;

/// Memory that a kernel has to fill: not a number, wherever it does not.
inline Floats poisoned(int64_t count) { return Floats(static_cast<size_t>(count), std::nanf("")); }

/// Lane k of a tensor [lanes, ...].
inline Floats lane_of(const Floats& all, int64_t k, int64_t lanes) {
  const auto size = static_cast<int64_t>(all.size()) / lanes;
  return {all.begin() + k * size, all.begin() + (k + 1) * size};
}

}  // namespace ttt::cuda
