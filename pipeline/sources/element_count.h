#pragma once
#include <cstdint>
#include <limits>
#include <span>

namespace ttt {

/// The product of the sizes that a file claims, or -1 when one is negative or the product is beyond int64_t.
constexpr int64_t element_count(std::span<const int64_t> shape) {
  int64_t count = 1;
  for (const int64_t size : shape) {
    if (size < 0 || (size > 0 && count > std::numeric_limits<int64_t>::max() / size)) return -1;
    count *= size;
  }
  return count;
}

}  // namespace ttt
