#pragma once
#include <span>
#include <string_view>

#include "schemas/grid.h"

namespace ttt {

/// What a rule does with a square grid; 0 is the background.
struct GridOperation {
  std::string_view name;
  Grid (*apply)(const Grid& grid);
};

/// Operations that puzzles of the training part are made of, and those that they never show.
std::span<const GridOperation> known_operations();
std::span<const GridOperation> unseen_operations();

}  // namespace ttt
