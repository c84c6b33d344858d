#include "pipeline/analysis/roles.h"

#include <algorithm>

#include "schemas/error.h"

namespace ttt {
namespace {

/// Whether a line of the method's TOML is `key = "value"`.
bool says(const std::string& toml, std::string_view key, std::string_view value) {
  const size_t found = toml.find(fmt::format("{} = \"{}\"", key, value));
  return found != std::string::npos && (found == 0 || toml[found - 1] == '\n' || toml[found - 1] == ' ');
}

bool is_placebo(const MethodResults& method) {
  return says(method.spec, "adapt_on", "other") || says(method.spec, "labels", "random");
}

bool adapts(const MethodResults& method) {
  return method.kind == "adapt" && method.cost.milestone.back() > 0;
}

std::optional<Column> column_at(const MethodResults& method, int milestone) {
  const auto& milestones = method.cost.milestone;
  const auto found = std::find(milestones.begin(), milestones.end(), milestone);
  if (found == milestones.end()) return std::nullopt;
  return Column{&method, static_cast<int>(found - milestones.begin())};
}

}  // namespace

std::optional<int> method_under_test(const Results& results, const ReportOptions& options) {
  std::string names;
  for (size_t i = 0; i < results.methods.size(); ++i) {
    const MethodResults& method = results.methods[i];
    if (options.method.empty() ? adapts(method) && !is_placebo(method) : method.name == options.method)
      return static_cast<int>(i);
    names += (names.empty() ? "" : ", ") + method.name;
  }
  require(options.method.empty() || results.partial, "report.method is {} (must be one of the methods: {})",
          options.method, names);
  return std::nullopt;
}

Role role_of(const MethodResults& method, bool under_test) {
  if (under_test) return Role::tested;
  if (method.kind == "vote") return Role::vote;
  if (method.kind == "ensemble") return Role::ensemble;
  if (is_placebo(method)) return Role::placebo;
  return adapts(method) ? Role::adapt : Role::source;
}

std::optional<Column> source_column(const Results& results, std::optional<int> under_test) {
  if (under_test && results.methods[*under_test].kind == "adapt")
    if (const auto column = column_at(results.methods[*under_test], 0)) return column;
  for (const MethodResults& method : results.methods)
    if (method.kind == "adapt")
      if (const auto column = column_at(method, 0)) return column;
  for (const MethodResults& method : results.methods)
    if (method.kind == "vote")
      if (const auto column = column_at(method, 1)) return column;
  return std::nullopt;
}

}  // namespace ttt
