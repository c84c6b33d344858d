#include "pipeline/policies/gate.h"

namespace ttt {

extern const PolicyRule entropy_gate_rule;
constinit const PolicyRule entropy_gate_rule = {
    .name = "entropy_gate",
    .summary = "adapt where the source prediction has a high (or low) entropy",
    .source = "EATA, ICML 2022, and SAR, ICLR 2023, keep entropies below 0.4 ln C",
    .cost = "the source prediction; where it adapts, the milestone besides",
    .options = [] { return Options(GateOptions{.adapt = Side::above}); },
    .fit = ThresholdFit{"threshold", given_threshold,
                        [](const Options&, const PolicyRow& row, int) {
                          return std::vector<double>{row.entropy(0)};
                        }},
    .decide =
        [](const Options& options, std::span<const double> fitted, const PolicyRow& row, int m) {
          return gated(options.get<GateOptions>(), fitted[0], row.entropy(0), price_after_source(row, m), row,
                       m);
        }};

}  // namespace ttt
