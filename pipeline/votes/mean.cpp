#include "pipeline/votes/vote_rule.h"

namespace ttt {

extern const VoteRule mean_vote;
constinit const VoteRule mean_vote = {
    .name = "mean",
    .summary = "the likeliest class in the mean probability",
    .source = "Krizhevsky et al., NeurIPS 2012, section 4.1 (averaged crops)",
    .options = options_of<NoOptions>,
    .decide = [](const Options&, const Ballots& ballots) {
      return by_mean(tally_of(ballots), ballots.count);
    }};

}  // namespace ttt
