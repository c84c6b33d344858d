#include "pipeline/models/pair_layout.h"

#include "schemas/error.h"

namespace ttt {
namespace {

/// Adds what each of the next `rows` rows sees.
void add_sight(int64_t rows, std::initializer_list<cpu::Interval> intervals, OwnedWindow& window) {
  for (int64_t r = 0; r < rows; ++r) window.sees.insert(window.sees.end(), intervals);
}

cpu::Interval interval(int64_t begin, int64_t end) {
  return {static_cast<int32_t>(begin), static_cast<int32_t>(end)};
}

}  // namespace

// Rows of the embedding: classes of cells of a first grid, those of a second grid, the mask of a second grid,
// rows of the frame, columns of the frame; then the classes of cells that are predicted.
void PairLayout::fit(TransformerShape& shape) const {
  shape.first_class = 2 * classes() + 1 + 2 * side_;
  shape.class_count = classes();
  shape.vocabulary = shape.first_class + shape.class_count;
  shape.inputs = 4;
  shape.input_deviation = 0.5;
  shape.rotary_base = 0;
}

int32_t PairLayout::class_at(const Grid& grid, int y, int x) const {
  if (y >= grid.height || x >= grid.width) return colours_;
  return grid.cells[static_cast<size_t>(y * grid.width + x)];
}

void PairLayout::check(const Grid& grid) const {
  if (grid.height > side_ || grid.width > side_)
    fail(ExitCode::data, "a puzzle has a grid of {} x {} cells, and the model's frame has {} x {}",
         grid.height, grid.width, side_, side_);
  for (const int16_t cell : grid.cells)
    if (cell >= colours_)
      fail(ExitCode::data, "a puzzle has colour {}, and the model knows 0 to {}", cell, colours_ - 1);
}

void PairLayout::add_cells(const Grid& in, const Grid* out, OwnedWindow& window) const {
  for (int y = 0; y < side_; ++y)
    for (int x = 0; x < side_; ++x) {
      const int32_t first = class_at(in, y, x);
      const int32_t second = classes() + (out ? class_at(*out, y, x) : classes());
      const int32_t row = 2 * classes() + 1 + y, column = 2 * classes() + 1 + side_ + x;
      window.tokens.insert(window.tokens.end(), {first, second, row, column});
    }
}

void PairLayout::add_known(const PuzzlePair& pair, OwnedWindow& window) const {
  check(pair.in);
  check(pair.out);
  add_cells(pair.in, &pair.out, window);
}

void PairLayout::add_asked(const PuzzlePair& pair, OwnedWindow& window) const {
  check(pair.in);
  check(pair.out);
  add_cells(pair.in, nullptr, window);
  for (int y = 0; y < side_; ++y)
    for (int x = 0; x < side_; ++x) window.targets.push_back(class_at(pair.out, y, x));
}

OwnedWindow PairLayout::question(const Puzzle& puzzle) const {
  OwnedWindow window;
  const auto known = std::ssize(puzzle.demonstrations);
  for (int64_t i = 0; i < known; ++i) {
    add_known(puzzle.demonstrations[static_cast<size_t>(i)], window);
    add_sight(cells(), {interval(i * cells(), (i + 1) * cells())}, window);
  }
  add_asked(puzzle.query, window);
  add_sight(cells(), {interval(0, (known + 1) * cells())}, window);
  return window;
}

OwnedWindow PairLayout::lesson(std::span<const std::vector<PuzzlePair>> puzzles) const {
  OwnedWindow window;
  const cpu::Interval nothing{};
  int64_t known = 0;
  for (const std::vector<PuzzlePair>& pairs : puzzles)
    for (const PuzzlePair& pair : pairs) {
      add_known(pair, window);
      add_sight(cells(), {interval(known, known + cells()), nothing, nothing}, window);
      known += cells();
    }
  int64_t begin = 0, asked = known;
  for (const std::vector<PuzzlePair>& pairs : puzzles) {
    const int64_t end = begin + std::ssize(pairs) * cells();
    int64_t own = begin;
    for (const PuzzlePair& pair : pairs) {
      add_asked(pair, window);
      add_sight(cells(),
                {interval(begin, own), interval(own + cells(), end), interval(asked, asked + cells())},
                window);
      own += cells();
      asked += cells();
    }
    begin = end;
  }
  return window;
}

PassExtent PairLayout::question_extent(int64_t demonstrations) const {
  const auto n = static_cast<double>(demonstrations), area = static_cast<double>(cells() * cells());
  return {(demonstrations + 1) * cells(), cells(), (n + n + 1) * area};
}

PassExtent PairLayout::lesson_extent(int64_t pairs, int64_t puzzles) const {
  const auto n = static_cast<double>(pairs), area = static_cast<double>(cells() * cells());
  return {2 * puzzles * pairs * cells(), puzzles * pairs * cells(),
          static_cast<double>(puzzles) * (n + n * n) * area};
}

}  // namespace ttt
