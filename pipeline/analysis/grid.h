#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/analysis/cells.h"

namespace ttt {

/// A grid of coloured cells: an answer to a puzzle.
struct Grid {
  int height = 0, width = 0;
  std::vector<int16_t> cells;  // [height, width] colours from 0

  bool operator==(const Grid&) const = default;
};

/// The answer that a cell's records hold (Records::answer); none where they keep none or hold no whole grid.
std::optional<Grid> answer_of(const Column& column, int model, int64_t row);

}  // namespace ttt
