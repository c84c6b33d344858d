#pragma once
#include <string>
#include <vector>

#include "pipeline/policies/policy_task.h"

namespace ttt {

/// What a rule decides with, for the models of one group.
struct FittedRule {
  std::vector<double> numbers;  // as PolicyRule::fit says
  std::string note;             // the numbers in words; empty when there are none
};

/// Of each model [model]. Numbers that the spec does not give are fitted on the tune split, once for all
/// models of a group, at the last milestone; this alone reads which of the tune predictions are right. A
/// threshold is the one with most right predictions; of equals the cheapest, then the smallest. Throws a data
/// Error when there are no tune samples to fit on.
std::vector<FittedRule> fit_rule(const PolicyTask& task);

}  // namespace ttt
