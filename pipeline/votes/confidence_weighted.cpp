#include <algorithm>

#include "pipeline/votes/vote_rule.h"

namespace ttt {
namespace {

/// rule = "confidence_weighted".
struct ConfidenceWeightedOptions {
  double drop = 0.1;  // share of the ballots, the least confident, that does not count; rounded down
  bool operator==(const ConfidenceWeightedOptions&) const = default;
};

Fields fields(ConfidenceWeightedOptions& o) { return {{"drop", &o.drop, {0, 1, Ends::first}}}; }

void validate(const ConfidenceWeightedOptions&) {}

/// V(c) = sum of the confidences of the kept ballots that vote for c. The scores are those of the mean
/// probability with the same weights. Adding from the surest on makes V the same for any order of ballots.
Verdict decide(const Options& options, const Ballots& ballots) {
  const std::vector<int> order = surest_first(ballots, Signal::confidence);
  const std::vector<double> confidence = sureness(ballots, Signal::confidence);
  const int dropped = part_of(options.get<ConfidenceWeightedOptions>().drop, ballots.count);
  Tally kept(ballots.classes);
  for (const int v : std::span(order).first(std::max(1, ballots.count - dropped)))
    kept.add(ballots.of(v), confidence[v]);
  return by_majority(kept, ballots.count);
}

}  // namespace

extern const VoteRule confidence_weighted_vote;
constinit const VoteRule confidence_weighted_vote = {
    .name = "confidence_weighted",
    .summary = "majority of votes that weigh as much as they are confident, without the least confident",
    .source = "Fu et al., 2025 (DeepConf, arXiv 2508.15260)",
    .options = options_of<ConfidenceWeightedOptions>,
    .decide = decide};

}  // namespace ttt
