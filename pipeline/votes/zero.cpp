#include <algorithm>

#include "pipeline/votes/vote_rule.h"

namespace ttt {
namespace {

/// rule = "zero".
struct ZeroOptions {
  double share = 0.3;  // of the ballots that is kept, rounded down, at least one ballot
  bool operator==(const ZeroOptions&) const = default;
};

Fields fields(ZeroOptions& o) { return {{"share", &o.share, {0, 1, Ends::last}}}; }

void validate(const ZeroOptions&) {}

/// Among classes with equally many votes: what the surest ballot that was left out and votes for one of them
/// says, else the likelier one in the mean of those kept.
int break_tie(const Tally& kept, const Ballots& ballots, std::span<const int> left_out) {
  const int likelier = kept.majority();
  for (const int v : left_out) {
    const int vote = vote_of(ballots.of(v));
    if (kept.votes(vote) == kept.votes(likelier)) return vote;
  }
  return likelier;
}

Verdict decide(const Options& options, const Ballots& ballots) {
  const std::vector<int> order = surest_first(ballots, Signal::entropy);
  const int keep = std::max(1, part_of(options.get<ZeroOptions>().share, ballots.count));
  const std::span all(order);
  Tally kept(ballots.classes);
  for (const int v : all.first(keep)) kept.add(ballots.of(v));
  Verdict verdict = by_majority(kept, ballots.count);
  if (kept.lead() == 0) verdict.predicted = break_tie(kept, ballots, all.subspan(keep));
  return verdict;
}

}  // namespace

extern const VoteRule zero_vote;
constinit const VoteRule zero_vote = {.name = "zero",
                                      .summary = "majority of the share of lowest entropy (ZERO)",
                                      .source = "Farina et al., NeurIPS 2024",
                                      .options = options_of<ZeroOptions>,
                                      .decide = decide};

}  // namespace ttt
