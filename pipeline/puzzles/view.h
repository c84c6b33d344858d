#pragma once
#include <array>
#include <cstdint>

#include "kernels/draw.h"
#include "pipeline/puzzles/puzzle.h"

namespace ttt {

/// Which changes a view of a puzzle may have: none, other colours, one of the eight symmetries of the square,
/// or both.
enum class PuzzleViews { none, colours, symmetries, both };

/// A change of all grids of a puzzle alike, under which its rule stays a rule: a symmetry, then colours.
struct PuzzleView {
  int symmetry = 0;  // bit 2: rows become columns; then bit 0: left and right, bit 1: top and bottom change
  std::array<int16_t, puzzle_colours> colour = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};  // what each becomes
  bool operator==(const PuzzleView&) const = default;
};

/// A view drawn by the stream. Of colours 1 to `colours` - 1 each becomes another or stays; 0, the
/// background, stays.
PuzzleView drawn_view(PuzzleViews views, int colours, const Draw& draw);

Grid viewed(const Grid& grid, const PuzzleView& view);
Puzzle viewed(const Puzzle& puzzle, const PuzzleView& view);

/// The grid whose view it is.
Grid undone(const Grid& grid, const PuzzleView& view);

}  // namespace ttt
