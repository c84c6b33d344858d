#pragma once
#include "kernels/draw.h"
#include "pipeline/puzzles/puzzle.h"

namespace ttt {

/// A grid of drawn colours.
inline Grid grid_for_test(int height, int width, uint64_t number, int colours = 6) {
  Grid grid{height, width, {}};
  const Draw draw(1, Purpose::glyph, number);
  for (int i = 0; i < height * width; ++i)
    grid.cells.push_back(
        static_cast<int16_t>(draw.below(static_cast<uint32_t>(i), static_cast<uint64_t>(colours))));
  return grid;
}

/// The rule: left and right change places.
inline Grid mirrored_for_test(const Grid& grid) {
  Grid other = grid;
  for (int y = 0; y < grid.height; ++y)
    for (int x = 0; x < grid.width; ++x)
      other.cells[static_cast<size_t>(y * grid.width + x)] =
          grid.cells[static_cast<size_t>(y * grid.width + grid.width - 1 - x)];
  return other;
}

/// A puzzle whose grids are this large, by that rule.
inline Puzzle puzzle_for_test(int demonstrations, int height, int width, uint64_t number = 1) {
  const auto pair = [&](uint64_t i) {
    const Grid in = grid_for_test(height, width, 100 * number + i);
    return PuzzlePair{in, mirrored_for_test(in)};
  };
  Puzzle puzzle;
  for (int i = 0; i < demonstrations; ++i) puzzle.demonstrations.push_back(pair(static_cast<uint64_t>(i)));
  puzzle.query = pair(99);
  return puzzle;
}

}  // namespace ttt
