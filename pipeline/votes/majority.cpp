#include "pipeline/votes/vote_rule.h"

namespace ttt {

extern const VoteRule majority_vote;
constinit const VoteRule majority_vote = {
    .name = "majority",
    .summary = "the class that most vote for; ties go to the likelier one in the mean",
    .source = "Wang et al., ICLR 2023 (self-consistency)",
    .options = options_of<NoOptions>,
    .decide = [](const Options&, const Ballots& ballots) {
      return by_majority(tally_of(ballots), ballots.count);
    }};

}  // namespace ttt
