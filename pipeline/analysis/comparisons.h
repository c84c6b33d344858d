#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/analysis/curve.h"

namespace ttt {

/// The method under test at one milestone against a rival that costs no more: the rival's dearest milestone
/// within the cost.
struct EqualCost {
  int milestone = 0;
  double forward_equivalents = undefined;
  int rival = 0;  // index into Results::methods
  int rival_milestone = 0;
  double rival_forward_equivalents = undefined;
  bool ran_out = false;  // the rival has no milestone near the cost: it could not spend the budget
  Effect gain;           // of the method under test over the rival
};

/// Every milestone of the curve against one rival's curve; milestone 0 and those cheaper than the rival are
/// left out.
std::vector<EqualCost> compare_at_equal_cost(const Results& results, const Slice& slice, const Curve& tested,
                                             const Curve& rival, const BootstrapOptions& options);

/// Of the dearest comparison with each rival that `rivals` names, the one where the method under test leads
/// least; the first of equal ones. Null where there is none. `comparisons` of one rival stand together, the
/// dearest last.
const EqualCost* hardest(std::span<const EqualCost> comparisons, std::span<const int> rivals);

/// The method under test against a placebo of it after the same number of steps, the largest both have.
struct PlaceboCheck {
  int placebo = 0;  // index into Results::methods
  int milestone = 0;
  Effect placebo_gain;  // of the placebo over the source model
  Effect gain;          // of the method under test over the placebo
};

std::optional<PlaceboCheck> compare_with_placebo(const Results& results, const Slice& slice,
                                                 const Curve& tested, const Curve& placebo,
                                                 const BootstrapOptions& options);

}  // namespace ttt
