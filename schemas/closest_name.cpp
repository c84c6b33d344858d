#include "schemas/closest_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ttt {
namespace {

/// Optimal string alignment distance: Levenshtein's with swaps of neighbours. Three rows of its table
/// suffice.
size_t typing_slips(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> closest_name(std::string_view written,
                                        const std::vector<std::string_view>& names) {
  constexpr size_t longest = 200;  // beyond this it is no typing slip, and the table grows with the square
  std::optional<std::string> closest;
  size_t fewest = 0;
  for (const std::string_view name : names) {
    if (written.size() > longest || name.size() > longest) continue;
    const size_t slips = typing_slips(written, name);
    if (slips > std::max<size_t>(1, name.size() / 3)) continue;
    if (!closest || slips < fewest) {
      closest = name;
      fewest = slips;
    }
  }
  return closest;
}

std::string did_you_mean(std::string_view written, const std::vector<std::string_view>& names) {
  const auto name = closest_name(written, names);
  return name ? fmt::format("; did you mean \"{}\"?", *name) : "";
}

}  // namespace ttt
