#include "pipeline/analysis/roles.h"

#include <algorithm>

#include "schemas/error.h"

namespace ttt {
namespace {

std::optional<Column> column_at(const MethodResults& method, int milestone) {
  const auto& milestones = method.cost.milestone;
  const auto found = std::find(milestones.begin(), milestones.end(), milestone);
  if (found == milestones.end()) return std::nullopt;
  return Column{&method, static_cast<int>(found - milestones.begin())};
}

}  // namespace

std::optional<int> method_under_test(const Results& results, const ReportOptions& options) {
  const auto first = [&](auto&& fits) -> std::optional<int> {
    const auto found = std::ranges::find_if(results.methods, fits);
    if (found == results.methods.end()) return std::nullopt;
    return static_cast<int>(found - results.methods.begin());
  };
  if (options.method.empty()) {
    for (const Role role : {Role::adapt, Role::online})
      if (const auto index = first([&](const MethodResults& method) { return method.role == role; }))
        return index;
    return std::nullopt;
  }
  const auto named = first([&](const MethodResults& method) { return method.name == options.method; });
  std::string names;
  for (const MethodResults& method : results.methods) names += (names.empty() ? "" : ", ") + method.name;
  require(named || results.partial, "report.method is {} (must be one of the methods: {})", options.method,
          names);
  return named;
}

std::optional<Column> source_column(const Results& results, std::optional<int> under_test) {
  if (under_test && starts_at_source(results.methods[*under_test].role))
    if (const auto column = column_at(results.methods[*under_test], 0)) return column;
  for (const MethodResults& method : results.methods)
    if (starts_at_source(method.role))
      if (const auto column = column_at(method, 0)) return column;
  for (const MethodResults& method : results.methods)
    if (method.role == Role::vote)
      if (const auto column = column_at(method, 1)) return column;
  return std::nullopt;
}

}  // namespace ttt
