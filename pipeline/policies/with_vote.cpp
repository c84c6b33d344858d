#include "pipeline/policies/rule.h"
#include "pipeline/scores/tally.h"

namespace ttt {

extern const PolicyRule with_vote_rule;
constinit const PolicyRule with_vote_rule = {
    .name = "with_vote",
    .summary = "mean probability of a milestone and of the last one of a second method",
    .source = "test-time training and votes together: ensembles for ARC",
    .cost = "the milestone and the last one of the second method",
    .needs = [](const Options&) { return PolicyNeeds{.logits = true, .with = true}; },
    .mixes = true,
    .decide =
        [](const Options&, std::span<const double>, const PolicyRow& row, int m) {
          Tally tally(static_cast<int>(row.logits(m).size()));
          tally.add(row.logits(m));
          tally.add(row.with_logits());
          return Decision{m, row.flops(m) + row.with_flops(), tally.mean_logits()};
        }};

}  // namespace ttt
