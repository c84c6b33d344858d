#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "schemas/grid.h"

namespace ttt {

/// Colours of cells are 0 to 9, sides of grids 1 to 30 (Chollet, 2019).
inline constexpr int puzzle_colours = 10, puzzle_side = 30;

/// A grid and what the rule of its puzzle makes of it.
struct PuzzlePair {
  Grid in, out;
  bool operator==(const PuzzlePair&) const = default;
};

/// A hidden rule, shown by its demonstrations; it is asked what the rule makes of query.in, and query.out is
/// the expected answer.
struct Puzzle {
  std::vector<PuzzlePair> demonstrations;  // at least one
  PuzzlePair query;
  bool operator==(const Puzzle&) const = default;
};

/// A puzzle as a sequence of tokens, below puzzle_vocabulary: of each pair, the query last, height, width and
/// cells row by row of `in`, then those of `out`.
inline constexpr int puzzle_vocabulary = puzzle_side + 1;
std::vector<int32_t> tokens_of(const Puzzle& puzzle);

/// Undoes tokens_of(). Throws a data Error that says `what` the tokens are of ("sample 3") and what is wrong
/// with them.
Puzzle puzzle_of(std::span<const int32_t> tokens, const std::string& what);

/// Tokens of a puzzle of `pairs` pairs, the query included, whose grids have this many cells at most.
int64_t most_tokens(int64_t pairs, int64_t cells);

}  // namespace ttt
