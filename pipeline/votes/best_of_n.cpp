#include <algorithm>

#include "pipeline/votes/vote_rule.h"

namespace ttt {
namespace {

/// rule = "best_of_n".
struct BestOfNOptions {
  Signal signal = Signal::confidence;
  bool reversed = false;  // the least sure one decides: a control
  bool operator==(const BestOfNOptions&) const = default;
};

Fields fields(BestOfNOptions& o) {
  return {{"signal", choice(o.signal, {"confidence", "margin", "entropy"})}, {"reversed", &o.reversed}};
}

void validate(const BestOfNOptions&) {}

Verdict decide(const Options& options, const Ballots& ballots) {
  const auto& o = options.get<BestOfNOptions>();
  const std::vector<double> sure = sureness(ballots, o.signal);
  const auto best = o.reversed ? std::ranges::min_element(sure) : std::ranges::max_element(sure);
  Tally alone(ballots.classes);
  alone.add(ballots.of(static_cast<int>(best - sure.begin())));  // the first of equals
  return by_majority(alone, ballots.count);
}

}  // namespace

extern const VoteRule best_of_n_vote;
constinit const VoteRule best_of_n_vote = {
    .name = "best_of_n",
    .summary = "what the surest one says; the first of equals",
    .source = "Cobbe et al., 2021, with the model's own sureness as verifier",
    .options = options_of<BestOfNOptions>,
    .decide = decide};

}  // namespace ttt
