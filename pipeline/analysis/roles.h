#pragma once
#include <optional>
#include <string>

#include "pipeline/analysis/cells.h"
#include "schemas/report_options.h"

namespace ttt {

/// Index of the method under test: as named, or the first whose role is `adapt`, else `online`; none when
/// every method is a baseline. Throws a spec Error when the named one is not there.
std::optional<int> method_under_test(const Results& results, const ReportOptions& options);

/// The source model's own predictions: milestone 0 of the method under test, else of any method that starts
/// at the source model, else the vote of one view.
std::optional<Column> source_column(const Results& results, std::optional<int> under_test);

}  // namespace ttt
