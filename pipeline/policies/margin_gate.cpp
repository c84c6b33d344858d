#include "pipeline/policies/gate.h"

namespace ttt {

extern const PolicyRule margin_gate_rule;
constinit const PolicyRule margin_gate_rule = {
    .name = "margin_gate",
    .summary = "adapt where the source prediction's two best classes lie close together (or far apart)",
    .source = "the margin in place of EATA's entropy",
    .cost = "the source prediction; where it adapts, the milestone besides",
    .options = [] { return Options(GateOptions{.adapt = Side::below}); },
    .fit = ThresholdFit{"threshold", given_threshold,
                        [](const Options&, const PolicyRow& row, int) {
                          return std::vector<double>{row.margin(0)};
                        }},
    .decide =
        [](const Options& options, std::span<const double> fitted, const PolicyRow& row, int m) {
          return gated(options.get<GateOptions>(), fitted[0], row.margin(0), price_after_source(row, m), row,
                       m);
        }};

}  // namespace ttt
