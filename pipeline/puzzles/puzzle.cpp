#include "pipeline/puzzles/puzzle.h"

#include "schemas/error.h"

namespace ttt {
namespace {

void write(const Grid& grid, std::vector<int32_t>& tokens) {
  tokens.push_back(grid.height);
  tokens.push_back(grid.width);
  tokens.insert(tokens.end(), grid.cells.begin(), grid.cells.end());
}

/// Reads grids from the front of some tokens.
class GridReader {
 public:
  GridReader(std::span<const int32_t> tokens, const std::string& what) : left_(tokens), what_(what) {}

  bool done() const { return left_.empty(); }

  Grid next() {
    ++number_;
    Grid grid;
    grid.height = side();
    grid.width = side();
    const auto cells = static_cast<size_t>(grid.height) * static_cast<size_t>(grid.width);
    if (left_.size() < cells)
      fail(ExitCode::data, "{}: grid {} is {} x {}, and {} of its cells are missing", what_, number_,
           grid.height, grid.width, cells - left_.size());
    for (const int32_t colour : left_.first(cells)) {
      if (colour < 0 || colour >= puzzle_colours)
        fail(ExitCode::data, "{}: grid {} has colour {} (0 to {})", what_, number_, colour,
             puzzle_colours - 1);
      grid.cells.push_back(static_cast<int16_t>(colour));
    }
    left_ = left_.subspan(cells);
    return grid;
  }

 private:
  int side() {
    if (left_.empty()) fail(ExitCode::data, "{}: ends in grid {}, before its cells", what_, number_);
    const int32_t side = left_.front();
    left_ = left_.subspan(1);
    if (side < 1 || side > puzzle_side)
      fail(ExitCode::data, "{}: grid {} has a side of {} cells (1 to {})", what_, number_, side, puzzle_side);
    return side;
  }

  std::span<const int32_t> left_;
  const std::string& what_;
  int number_ = 0;
};

}  // namespace

std::vector<int32_t> tokens_of(const Puzzle& puzzle) {
  std::vector<int32_t> tokens;
  for (const PuzzlePair& pair : puzzle.demonstrations) {
    write(pair.in, tokens);
    write(pair.out, tokens);
  }
  write(puzzle.query.in, tokens);
  write(puzzle.query.out, tokens);
  return tokens;
}

Puzzle puzzle_of(std::span<const int32_t> tokens, const std::string& what) {
  GridReader reader(tokens, what);
  Puzzle puzzle;
  while (!reader.done()) {
    Grid in = reader.next();
    if (reader.done()) fail(ExitCode::data, "{}: its last pair has no second grid", what);
    puzzle.demonstrations.push_back({std::move(in), reader.next()});
  }
  if (puzzle.demonstrations.size() < 2)
    fail(ExitCode::data, "{}: a puzzle of {} pairs (at least one demonstration, and the query)", what,
         puzzle.demonstrations.size());
  puzzle.query = std::move(puzzle.demonstrations.back());
  puzzle.demonstrations.pop_back();
  return puzzle;
}

int64_t most_tokens(int64_t pairs, int64_t cells) { return 2 * pairs * (2 + cells); }

}  // namespace ttt
