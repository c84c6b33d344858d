#pragma once
#include <optional>
#include <string>

#include "pipeline/analysis/cells.h"
#include "schemas/report_options.h"

namespace ttt {

/// What a method is to the report.
enum class Role { tested, adapt, placebo, source, vote, ensemble };

/// Index of the method under test: as named, or the first adapt method with steps that is no placebo; none
/// when every method is a baseline. Throws a spec Error when the named one is not there.
std::optional<int> method_under_test(const Results& results, const ReportOptions& options);

Role role_of(const MethodResults& method, bool under_test);

/// The source model's own predictions: milestone 0 of the method under test, else of any adapt method, else
/// the vote of one view.
std::optional<Column> source_column(const Results& results, std::optional<int> under_test);

}  // namespace ttt
