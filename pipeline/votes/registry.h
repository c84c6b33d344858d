#pragma once
#include <span>

#include "pipeline/votes/vote_rule.h"

namespace ttt {

/// Every vote rule, in the order in which they are listed.
std::span<const VoteRule* const> vote_rules();

/// The same for the reader of specs.
const Alternatives& vote_alternatives();

/// The rule that a spec chose.
const VoteRule& vote_rule_of(const Chosen& chosen);

}  // namespace ttt
