#include "pipeline/analysis/slices.h"

#include <map>

namespace ttt {
namespace {

constexpr int clean_last = 1 << 30;

/// Severity 0 is clean whatever its shift code says.
int shift_key(const Results& results, size_t row) {
  return results.severity[row] == 0 ? clean_last : results.shift[row];
}

}  // namespace

Slices slices_of(const Results& results, const std::string& group, Split split) {
  std::vector<int> models;
  for (size_t m = 0; m < results.model.size(); ++m)
    if (results.model_group[m] == group) models.push_back(static_cast<int>(m));
  std::map<int, Slice> by_shift;
  Slices slices;
  slices.all.models = models;
  for (size_t row = 0; row < results.sample.size(); ++row) {
    if (results.split[row] != split) continue;
    const int key = shift_key(results, row);
    by_shift[key].rows.push_back(static_cast<int64_t>(row));
    if (key != clean_last) slices.all.rows.push_back(static_cast<int64_t>(row));
  }
  for (auto& [key, slice] : by_shift) {
    slice.models = models;
    slices.shifts.emplace_back(key == clean_last ? "clean" : results.shift_names[key], slice);
  }
  if (slices.all.rows.empty() && !slices.shifts.empty()) slices.all = slices.shifts.back().second;
  return slices;
}

Slice of_model(const Slice& slice, int model) { return {{model}, slice.rows}; }

}  // namespace ttt
