#pragma once
#include "kernels/cuda/team.h"

namespace ttt::cuda {

inline constexpr int kPart = 8 * kThreads;  // elements of a lane that a block takes

/// Parts that a lane of this size has.
TTT_ANYWHERE int64_t parts_of(int64_t size) { return (size + kPart - 1) / kPart; }

/// Elements [begin, end) of a lane of [K, size].
struct Part {
  int64_t lane, part, begin, end;
};
TTT_DEVICE Part part_of(int64_t block, int64_t lanes, int64_t size) {
  const int64_t part = block / lanes, begin = part * kPart;
  return {block % lanes, part, begin, begin + kPart < size ? begin + kPart : size};
}

}  // namespace ttt::cuda
