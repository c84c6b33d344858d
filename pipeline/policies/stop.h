#pragma once
#include "pipeline/policies/rule.h"

namespace ttt {

/// Where an episode ends, in steps.
struct Stop {
  int made = 0;    // updates that were applied
  int looked = 0;  // steps that were computed, the one that said "stop" included
};

/// The prediction of the last milestone reached, at the price of the steps computed.
Decision stopped(const PolicyRow& row, const Stop& stop);

Reach every_milestone(const Options& options);

}  // namespace ttt
