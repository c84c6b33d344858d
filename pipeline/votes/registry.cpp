#include "pipeline/votes/registry.h"

#include <algorithm>
#include <array>

namespace ttt {

// One line a rule.
extern const VoteRule mean_vote, majority_vote, zero_vote, best_of_n_vote, confidence_weighted_vote,
    entropy_weighted_vote, sequential_vote;

std::span<const VoteRule* const> vote_rules() {
  static constexpr std::array all = {&mean_vote,
                                     &majority_vote,
                                     &zero_vote,
                                     &best_of_n_vote,
                                     &confidence_weighted_vote,
                                     &entropy_weighted_vote,
                                     &sequential_vote};
  return all;
}

const Alternatives& vote_alternatives() {
  static const Alternatives all = [] {
    Alternatives rows;
    for (const VoteRule* rule : vote_rules()) rows.push_back({rule->name, rule->summary, rule->options()});
    return rows;
  }();
  return all;
}

const VoteRule& vote_rule_of(const Chosen& chosen) {
  const auto found = std::ranges::find(vote_rules(), chosen.name, &VoteRule::name);
  if (found == vote_rules().end()) fail(ExitCode::internal, "no vote rule is called {}", chosen.name);
  return **found;
}

}  // namespace ttt
