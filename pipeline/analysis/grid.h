#pragma once
#include <cstdint>
#include <optional>

#include "pipeline/analysis/cells.h"
#include "schemas/grid.h"

namespace ttt {

/// The answer that a cell's records hold (Records::answer); none where they keep none or hold no whole grid.
std::optional<Grid> answer_of(const Column& column, int model, int64_t row);

}  // namespace ttt
