#pragma once
#include <span>
#include <vector>

#include "pipeline/models/sequence_network.h"
#include "pipeline/models/transformer_shape.h"
#include "pipeline/puzzles/puzzle.h"

namespace ttt {

/// How pairs of grids become the rows of a window. Every grid lies in the upper left corner of a frame, and a
/// row is a cell of the frame: the sum of what the cell is in the first grid, what it is in the second grid
/// (or a mask), its row and its column. Rows of known pairs see their own pair; the rows that ask for a
/// second grid see each other and the known pairs that they are given.
class PairLayout {
 public:
  PairLayout(int side, int colours) : side_(side), colours_(colours) {}

  /// Makes the embedding of a network fit: four tokens a row, classes of cells.
  void fit(TransformerShape& shape) const;

  /// Throws a data Error when a grid is larger than the frame or has another colour.
  OwnedWindow question(const Puzzle& puzzle) const;
  OwnedWindow lesson(std::span<const std::vector<PuzzlePair>> puzzles) const;

  PassExtent question_extent(int64_t demonstrations) const;
  PassExtent lesson_extent(int64_t pairs, int64_t puzzles) const;

 private:
  int64_t cells() const { return int64_t{side_} * side_; }
  int classes() const { return colours_ + 1; }
  int32_t class_at(const Grid& grid, int y, int x) const;
  void check(const Grid& grid) const;
  void add_known(const PuzzlePair& pair, OwnedWindow& window) const;
  void add_asked(const PuzzlePair& pair, OwnedWindow& window) const;
  void add_cells(const Grid& in, const Grid* out, OwnedWindow& window) const;

  int side_, colours_;
};

}  // namespace ttt
