#include "pipeline/policies/oracle.h"

namespace ttt {

Decision oracle_decision(const OracleRow& row, int m, Reach reach) {
  for (int k = 0; k <= m; k = reach == Reach::gate && k < m ? m : k + 1)
    if (row.right(k)) return {k, row.flops(k)};
  return {0, row.flops(0)};
}

/// rule = "oracle".
struct OracleOptions {
  Reach choice = Reach::milestones;  // gate: only between the source prediction and the last milestone so far
  bool operator==(const OracleOptions&) const = default;
};

Fields fields(OracleOptions& o) { return {{"choice", choice(o.choice, {"gate", "milestones"})}}; }

void validate(const OracleOptions&) {}

extern const PolicyRule oracle_rule;
constinit const PolicyRule oracle_rule = {
    .name = "oracle",
    .summary = "a right prediction wherever there is one: the upper bound of every choice",
    .source = "labels",
    .cost = "the one prediction that it takes; it knows without looking",
    .options = options_of<OracleOptions>,
    .reach = [](const Options& options) { return options.get<OracleOptions>().choice; },
    .decide_knowing = [](const Options& options, const OracleRow& row,
                         int m) { return oracle_decision(row, m, options.get<OracleOptions>().choice); }};

}  // namespace ttt
