#include "pipeline/policies/auxiliary_signal.h"

namespace ttt {
namespace {

/// By how much the auxiliary loss fell on the way to milestone m. Of a step's losses the last is the one
/// before the last update: there is none after it.
double signal_of(const LossGateOptions& o, const PolicyRow& row, int m) {
  if (m == 0) return 0;
  if (o.loss == LossSignal::probe) return row.probe_loss(0) - row.probe_loss(m);
  return row.aux_loss(0) - row.aux_loss(row.steps(m) - 1);
}

/// All steps are made before it is known: what is left to save is nothing.
GatePrice price_of(const LossGateOptions& o, const PolicyRow& row, int m) {
  const double paid = row.flops(m) + (o.loss == LossSignal::probe ? 2 * probe_flops(row) : 0);
  return {paid, paid};
}

}  // namespace

extern const PolicyRule improvement_gate_rule;
constinit const PolicyRule improvement_gate_rule = {
    .name = "improvement_gate",
    .summary = "keep the adapted prediction where the auxiliary loss fell enough, else the source's",
    .source = "PonderTTT, 2601.00894 (its repository)",
    .cost = "the milestone, whatever it decides; loss = \"probe\": 8 passes besides",
    .options = options_of<LossGateOptions>,
    .needs = loss_gate_needs,
    .fit = ThresholdFit{"threshold", given_loss_threshold,
                        [](const Options& options, const PolicyRow& row, int m) {
                          return std::vector<double>{signal_of(options.get<LossGateOptions>(), row, m)};
                        }},
    .decide = [](const Options& options, std::span<const double> fitted, const PolicyRow& row, int m) {
      const auto& o = options.get<LossGateOptions>();
      return gated(o.gate, fitted[0], signal_of(o, row, m), price_of(o, row, m), row, m);
    }};

}  // namespace ttt
