#include "pipeline/analysis/comparisons.h"

#include <algorithm>

namespace ttt {
namespace {

/// A rival whose dearest milestone stays below this share of the budget could not spend it.
constexpr double spent = 0.9;

/// Index of the rival's dearest milestone within the cost; -1 when even the cheapest is dearer.
int best_funded(const Curve& rival, double cost) {
  int best = -1;
  for (int m = 0; m < static_cast<int>(rival.points.size()); ++m)
    if (rival.points[m].forward_equivalents <= cost * (1 + 1e-9)) best = m;
  return best;
}

Column column_of(const Results& results, const Curve& curve, int milestone) {
  return {&results.methods[curve.method], milestone};
}

}  // namespace

std::vector<EqualCost> compare_at_equal_cost(const Results& results, const Slice& slice, const Curve& tested,
                                             const Curve& rival, const BootstrapOptions& options) {
  std::vector<EqualCost> comparisons;
  std::vector<Pairing> pairings;
  for (int m = 0; m < static_cast<int>(tested.points.size()); ++m) {
    const Point& point = tested.points[m];
    const int match = best_funded(rival, point.forward_equivalents);
    if (match < 0 || point.milestone == 0) continue;
    const Point& against = rival.points[match];
    const bool dearest = match + 1 == static_cast<int>(rival.points.size());
    comparisons.push_back({point.milestone,
                           point.forward_equivalents,
                           rival.method,
                           against.milestone,
                           against.forward_equivalents,
                           dearest && against.forward_equivalents < spent * point.forward_equivalents,
                           {}});
    pairings.push_back({column_of(results, tested, m), column_of(results, rival, match)});
  }
  const std::vector<Effect> gains = effects(results, slice, pairings, options);
  for (size_t i = 0; i < gains.size(); ++i) comparisons[i].gain = gains[i];
  return comparisons;
}

const EqualCost* hardest(std::span<const EqualCost> comparisons, std::span<const int> rivals) {
  const EqualCost* found = nullptr;
  for (size_t i = 0; i < comparisons.size(); ++i) {
    const EqualCost& match = comparisons[i];
    const bool dearest = i + 1 == comparisons.size() || comparisons[i + 1].rival != match.rival;
    if (!dearest || std::ranges::find(rivals, match.rival) == rivals.end()) continue;
    if (!found || match.gain.gain < found->gain.gain) found = &match;
  }
  return found;
}

std::optional<PlaceboCheck> compare_with_placebo(const Results& results, const Slice& slice,
                                                 const Curve& tested, const Curve& placebo,
                                                 const BootstrapOptions& options) {
  for (int m = static_cast<int>(tested.points.size()) - 1; m >= 0; --m)
    for (int p = static_cast<int>(placebo.points.size()) - 1; p >= 0; --p) {
      const int milestone = tested.points[m].milestone;
      if (milestone == 0 || placebo.points[p].milestone != milestone) continue;
      const Pairing pair{column_of(results, tested, m), column_of(results, placebo, p)};
      return PlaceboCheck{placebo.method, milestone, placebo.points[p].gain,
                          effects(results, slice, {&pair, 1}, options)[0]};
    }
  return std::nullopt;
}

}  // namespace ttt
