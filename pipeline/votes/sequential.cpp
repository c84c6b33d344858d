#include "pipeline/votes/vote_rule.h"

namespace ttt {
namespace {

/// rule = "sequential".
struct SequentialOptions {
  int lead = 0;  // votes ahead of every other class that end the vote early; 0: only a certain majority does
  bool operator==(const SequentialOptions&) const = default;
};

Fields fields(SequentialOptions& o) { return {{"lead", &o.lead, {0, 1e6}}}; }

void validate(const SequentialOptions&) {}

bool decided(const Tally& tally, int left, int lead) {
  const double ahead = tally.lead();
  return left == 0 || ahead > left || (lead > 0 && ahead >= lead);
}

/// Ballots are cast in their order. With lead = 0 the class is that of the majority of all: it has more votes
/// than any other class can reach. A tie that ballots left could make does not end the vote, because mean
/// probabilities would break it.
Verdict decide(const Options& options, const Ballots& ballots) {
  const int lead = options.get<SequentialOptions>().lead;
  Tally tally(ballots.classes);
  do tally.add(ballots.of(tally.cast()));
  while (!decided(tally, ballots.count - tally.cast(), lead));
  return by_majority(tally, tally.cast());
}

}  // namespace

extern const VoteRule sequential_vote;
constinit const VoteRule sequential_vote = {
    .name = "sequential",
    .summary = "majority that stops as soon as the rest cannot overturn it, or with a lead",
    .source =
        "Aggarwal et al., EMNLP 2023 (adaptive consistency), with a certain stop instead of a Bayesian one",
    .options = options_of<SequentialOptions>,
    .stops_early = true,
    .decide = decide};

}  // namespace ttt
