#include "pipeline/analysis/grid.h"

#include <span>

namespace ttt {

std::optional<Grid> answer_of(const Column& column, int model, int64_t row) {
  const Records& records = column.method->records[model];
  const int64_t size = records.cell_count;
  if (records.answer.empty() || size < 2) return std::nullopt;
  const std::span<const int16_t> stored(
      records.answer.data() + (row * records.milestones + column.milestone) * size,
      static_cast<size_t>(size));
  const int64_t height = stored[0], width = stored[1];
  if (height < 1 || width < 1 || height * width > size - 2) return std::nullopt;
  const auto cells = stored.subspan(2, static_cast<size_t>(height * width));
  return Grid{stored[0], stored[1], {cells.begin(), cells.end()}};
}

}  // namespace ttt
