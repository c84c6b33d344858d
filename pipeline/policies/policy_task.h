#pragma once
#include <string>

#include "pipeline/policies/policy_options.h"
#include "pipeline/policies/registry.h"
#include "schemas/files/results.h"

namespace ttt {

/// One policy and everything that it reads. The results and the options must outlive it.
struct PolicyTask {
  std::string name;
  const PolicyOptions& options;
  const PolicyRule& rule;
  const Results& results;
  PolicySource source;

  const Options& rule_options() const { return options.rule.options; }
  int milestones() const { return static_cast<int>(source.from->cost.milestone.size()); }
  int64_t samples() const { return static_cast<int64_t>(results.sample.size()); }
};

/// Finds the methods that the policy reads. Throws a data Error where one does not exist, has no milestone 0,
/// or has not kept what the rule reads.
PolicyTask policy_task(const std::string& name, const PolicyOptions& options, const Results& results);

}  // namespace ttt
