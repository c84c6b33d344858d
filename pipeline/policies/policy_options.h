#pragma once
#include <string>

#include "schemas/alternatives.h"

namespace ttt {

/// The rule of a policy whose spec names none.
Chosen default_policy_rule();

/// kind = "policy": predictions chosen or mixed from the stored records of other methods of the same job.
struct PolicyOptions {
  std::string from;  // the method whose records it reads; empty: the first that adapts
  std::string with;  // a second method, for rules that mix two
  Chosen rule = default_policy_rule();
  bool controls = true;  // also NAME+random, the same decisions dealt out at random, and NAME+oracle
  bool operator==(const PolicyOptions&) const = default;
};
Fields fields(PolicyOptions& options);
void validate(const PolicyOptions& options);

}  // namespace ttt
