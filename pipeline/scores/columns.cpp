#include "pipeline/scores/columns.h"

#include "schemas/record_columns.h"

namespace ttt {

std::string score_columns() {
  std::string columns;
  for_each_column([&](const RecordColumn& column, auto) {
    const bool of_predictions = column.axes.size() > 1 && column.axes[1] == "milestone";
    if (of_predictions && !column.optional) columns += (columns.empty() ? "" : ", ") + column.name;
  });
  return columns;
}

}  // namespace ttt
