#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/puzzles/puzzle.h"
#include "pipeline/sources/grid_operations.h"
#include "pipeline/sources/token_set.h"

namespace ttt {

/// Colours of the puzzles that are made here, the background with them.
inline constexpr int grid_puzzle_colours = 6;

/// What a puzzle does with each of its grids: operations one after the other, then colours.
struct GridRule {
  std::vector<const GridOperation*> operations;
  std::array<int16_t, grid_puzzle_colours> colour = {0, 1, 2, 3, 4, 5};  // what each becomes

  Grid apply(const Grid& grid) const;
};

/// The shifts of the puzzles that are made here; "clean" is none of them.
const std::vector<std::string>& grid_puzzle_shifts();

/// Puzzle `index` of a seed: its grids and its rule. Under "clean", as in
/// training, a known operation, or (in a quarter) two of them; then (in two fifths) two colours change
/// places. Shifts: unseen_operation (one that training never shows), composition (two known operations in one
/// of eight pairs that training leaves out), new_composition (an unseen one, then a known one), colour_cycle
/// (all colours move on, which training never shows), background (it changes places with a colour). Puzzles
/// of one index have the same grids to begin with.
Puzzle draw_grid_puzzle(uint64_t seed, int64_t index, const std::string& shift, int side, int demonstrations);

std::unique_ptr<TokenSet> open_grid_puzzles(const DataOptions& options, DataPart part);

}  // namespace ttt
