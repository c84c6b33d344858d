#include "pipeline/votes/registry.h"

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
  static const Alternatives all = alternatives_of(vote_rules());
  return all;
}

const VoteRule& vote_rule_of(const Chosen& chosen) { return row_named(vote_rules(), chosen.name); }

}  // namespace ttt
