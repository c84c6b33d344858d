#include <algorithm>
#include <cmath>

#include "pipeline/votes/vote_rule.h"

namespace ttt {
namespace {

/// rule = "entropy_weighted".
struct EntropyWeightedOptions {
  double temperature = 1;  // nats of entropy that divide a weight by e
  bool operator==(const EntropyWeightedOptions&) const = default;
};

Fields fields(EntropyWeightedOptions& o) { return {{"temperature", &o.temperature, {0, 1e9, Ends::last}}}; }

void validate(const EntropyWeightedOptions&) {}

/// p is proportional to the sum over v of e^(-H_v / T) p_v. Weights relative to the largest: none of a low
/// temperature's underflows as long as it counts.
Verdict decide(const Options& options, const Ballots& ballots) {
  const std::vector<double> sure = sureness(ballots, Signal::entropy);  // -H
  const double surest = *std::ranges::max_element(sure);
  Tally tally(ballots.classes);
  for (int v = 0; v < ballots.count; ++v)
    tally.add(ballots.of(v),
              std::exp((sure[v] - surest) / options.get<EntropyWeightedOptions>().temperature));
  return by_mean(tally, ballots.count);
}

}  // namespace

extern const VoteRule entropy_weighted_vote;
constinit const VoteRule entropy_weighted_vote = {
    .name = "entropy_weighted",
    .summary = "the likeliest class in the mean probability with weights exp(-entropy / temperature)",
    .source = "sample weights of Niu et al., ICML 2022 (EATA), given to votes",
    .options = options_of<EntropyWeightedOptions>,
    .decide = decide};

}  // namespace ttt
