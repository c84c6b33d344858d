#include "pipeline/policies/stop.h"
#include "pipeline/scores/tally.h"

namespace ttt {

extern const PolicyRule trajectory_mean_rule;
constinit const PolicyRule trajectory_mean_rule = {
    .name = "trajectory_mean",
    .summary = "mean probability of all milestones so far",
    .source = "ensembles of checkpoints",
    .cost = "the last milestone and a prediction at each one before",
    .reach = every_milestone,
    .needs = [](const Options&) { return PolicyNeeds{.logits = true}; },
    .mixes = true,
    .decide =
        [](const Options&, std::span<const double>, const PolicyRow& row, int m) {
          if (m == 0) return Decision{0, row.flops(0)};
          Tally tally(static_cast<int>(row.logits(0).size()));
          for (int k = 0; k <= m; ++k) tally.add(row.logits(k));
          return Decision{m, row.flops(m) + m * row.prediction_flops(), tally.mean_logits()};
        }};

}  // namespace ttt
