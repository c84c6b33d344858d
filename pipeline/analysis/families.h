#pragma once
#include <optional>
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

/// With more methods than this not every figure of every method can be read at once.
inline constexpr size_t few_methods = 12;

/// Pictures with more curves than this cannot be read.
inline constexpr size_t most_curves = 8;

/// The best point of the family's members, without what they brought along, on the samples where the
/// section's choices are made; of equally good ones the cheapest. None when no member has a value.
std::optional<Candidate> best_of(const Family& family, const Analysis& analysis, const Section& section);

/// The family's members that the method under test is compared with at equal cost.
std::vector<int> compared(const Section& section, const Family& family);

/// What the main pictures draw, the method under test first: every method but the source model, or, where
/// these are too many, the first placebo and the best of each family in the first section, at most
/// `most_curves`.
std::vector<int> shortlist(const Analysis& analysis);

}  // namespace ttt
