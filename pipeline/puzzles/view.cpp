#include "pipeline/puzzles/view.h"

#include <utility>

namespace ttt {
namespace {

constexpr int left_right = 1, top_bottom = 2, transposed = 4;

/// Calls f(y, x, from_y, from_x) for every cell of the turned grid.
template <typename F>
void for_cells(int height, int width, int symmetry, F&& f) {
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int flipped_y = symmetry & top_bottom ? height - 1 - y : y;
      const int flipped_x = symmetry & left_right ? width - 1 - x : x;
      if (symmetry & transposed)
        f(y, x, flipped_x, flipped_y);
      else
        f(y, x, flipped_y, flipped_x);
    }
}

Grid blank_like(const Grid& grid, int symmetry) {
  Grid blank = grid;
  if (symmetry & transposed) std::swap(blank.height, blank.width);
  return blank;
}

}  // namespace

PuzzleView drawn_view(PuzzleViews views, int colours, const Draw& draw) {
  PuzzleView view;
  const bool turns = views == PuzzleViews::symmetries || views == PuzzleViews::both;
  if (turns) view.symmetry = static_cast<int>(draw.below(0, 8));
  if (views != PuzzleViews::colours && views != PuzzleViews::both) return view;
  for (int c = 1; c + 1 < colours; ++c) {
    const auto other =
        static_cast<int>(draw.below(static_cast<uint32_t>(c), static_cast<uint64_t>(colours - c)));
    std::swap(view.colour[static_cast<size_t>(c)], view.colour[static_cast<size_t>(c + other)]);
  }
  return view;
}

Grid viewed(const Grid& grid, const PuzzleView& view) {
  Grid result = blank_like(grid, view.symmetry);
  for_cells(result.height, result.width, view.symmetry, [&](int y, int x, int from_y, int from_x) {
    const int16_t colour = grid.cells[static_cast<size_t>(from_y * grid.width + from_x)];
    result.cells[static_cast<size_t>(y * result.width + x)] = view.colour[static_cast<size_t>(colour)];
  });
  return result;
}

Puzzle viewed(const Puzzle& puzzle, const PuzzleView& view) {
  const auto of = [&](const PuzzlePair& pair) {
    return PuzzlePair{viewed(pair.in, view), viewed(pair.out, view)};
  };
  Puzzle result;
  for (const PuzzlePair& pair : puzzle.demonstrations) result.demonstrations.push_back(of(pair));
  result.query = of(puzzle.query);
  return result;
}

Grid undone(const Grid& grid, const PuzzleView& view) {
  std::array<int16_t, puzzle_colours> before{};
  for (int16_t c = 0; c < puzzle_colours; ++c)
    before[static_cast<size_t>(view.colour[static_cast<size_t>(c)])] = c;
  Grid result = blank_like(grid, view.symmetry);
  for_cells(grid.height, grid.width, view.symmetry, [&](int y, int x, int from_y, int from_x) {
    const int16_t colour = grid.cells[static_cast<size_t>(y * grid.width + x)];
    result.cells[static_cast<size_t>(from_y * result.width + from_x)] = before[static_cast<size_t>(colour)];
  });
  return result;
}

}  // namespace ttt
