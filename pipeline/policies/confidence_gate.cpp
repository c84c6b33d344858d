#include "pipeline/policies/gate.h"

namespace ttt {

extern const PolicyRule confidence_gate_rule;
constinit const PolicyRule confidence_gate_rule = {
    .name = "confidence_gate",
    .summary = "adapt where the auxiliary head is unsure of the upright image",
    .source = "Sun et al., ICML 2020, section 3: about 80 % of samples skipped",
    .cost = "a pass of the rotation head, then the source prediction or the milestone",
    .options = [] { return Options(GateOptions{.adapt = Side::below}); },
    .needs = [](const Options&) { return PolicyNeeds{.auxiliary_confidence = true}; },
    .fit = ThresholdFit{"threshold", given_threshold,
                        [](const Options&, const PolicyRow& row, int) {
                          return std::vector<double>{row.auxiliary_confidence()};
                        }},
    .decide =
        [](const Options& options, std::span<const double> fitted, const PolicyRow& row, int m) {
          const double look = row.forward_flops();
          return gated(options.get<GateOptions>(), fitted[0], row.auxiliary_confidence(),
                       {look + row.prediction_flops(), look + row.flops(m)}, row, m);
        }};

}  // namespace ttt
