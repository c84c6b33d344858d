#include "pipeline/policies/stop.h"

namespace ttt {

enum class Sureness { confidence, entropy, margin };

/// rule = "best_milestone".
struct BestMilestoneOptions {
  Sureness signal = Sureness::confidence;  // the largest wins; of entropies the smallest
  bool reversed = false;                   // the least sure one wins: over-sharpened predictions lose
  bool operator==(const BestMilestoneOptions&) const = default;
};

Fields fields(BestMilestoneOptions& o) {
  return {{"signal", choice(o.signal, {"confidence", "entropy", "margin"})}, {"reversed", &o.reversed}};
}

void validate(const BestMilestoneOptions&) {}

namespace {

double sureness(const BestMilestoneOptions& o, const PolicyRow& row, int m) {
  const double sure = o.signal == Sureness::confidence ? row.confidence(m)
                      : o.signal == Sureness::margin   ? row.margin(m)
                                                       : -row.entropy(m);
  return o.reversed ? -sure : sure;
}

}  // namespace

extern const PolicyRule best_milestone_rule;
constinit const PolicyRule best_milestone_rule = {
    .name = "best_milestone",
    .summary = "the surest (or least sure) of all milestones so far; the earliest of equals",
    .source = "best of n",
    .cost = "the last milestone and a prediction at each one before",
    .options = options_of<BestMilestoneOptions>,
    .reach = every_milestone,
    .decide = [](const Options& options, std::span<const double>, const PolicyRow& row, int m) {
      const auto& o = options.get<BestMilestoneOptions>();
      int best = 0;
      for (int k = 1; k <= m; ++k)
        if (sureness(o, row, k) > sureness(o, row, best)) best = k;
      return Decision{best, row.flops(m) + m * row.prediction_flops()};
    }};

}  // namespace ttt
