#pragma once
#include <span>

#include "pipeline/policies/rule.h"

namespace ttt {

/// Every rule of a policy, in the order in which they are listed.
std::span<const PolicyRule* const> policy_rules();

/// The same for the reader of specs.
const Alternatives& policy_rule_alternatives();

/// The rule that a spec chose.
const PolicyRule& policy_rule_of(const Chosen& chosen);

}  // namespace ttt
