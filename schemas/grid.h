#pragma once
#include <cstdint>
#include <vector>

namespace ttt {

/// A grid of coloured cells: a question or an answer of a puzzle.
struct Grid {
  int height = 0, width = 0;
  std::vector<int16_t> cells;  // [height, width] colours from 0

  bool operator==(const Grid&) const = default;
};

}  // namespace ttt
