#pragma once
#include <string_view>
#include <vector>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// A method among its like.
struct Member {
  int method = 0;        // index into Analysis::methods
  bool brought = false;  // by the member above it: NAME+random and NAME+oracle of a policy NAME
};

/// Methods of one role, the one under test among them. Never empty.
struct Family {
  Role role = Role::adapt;
  std::vector<Member> members;
};

/// "votes", as headings name a family.
std::string_view family_name(Role role);

/// Every method once, in families as the report lists them: source, adapt, online, placebo, vote, ensemble,
/// memory, policy, oracle. Members stand in the spec's order; controls and oracles that a policy brought
/// along follow it.
std::vector<Family> families(const std::vector<MethodFacts>& methods);

}  // namespace ttt
