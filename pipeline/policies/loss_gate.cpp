#include "pipeline/policies/auxiliary_signal.h"

namespace ttt {
namespace {

double signal_of(const LossGateOptions& o, const PolicyRow& row) {
  return o.loss == LossSignal::step ? row.aux_loss(0) : row.probe_loss(0);
}

/// The first step's loss costs that step, which is lost where the sample does not adapt.
GatePrice price_of(const LossGateOptions& o, const PolicyRow& row, int m) {
  if (o.loss == LossSignal::step) return {row.flops_of_steps(1), row.flops(m)};
  return {row.prediction_flops() + probe_flops(row), row.flops(m) + probe_flops(row)};
}

}  // namespace

extern const PolicyRule loss_gate_rule;
constinit const PolicyRule loss_gate_rule = {
    .name = "loss_gate",
    .summary = "adapt where the auxiliary loss starts high (or low)",
    .source = "PonderTTT, 2601.00894",
    .cost = "the milestone, or one step and the source prediction; loss = \"probe\": 4 passes, then either",
    .options = options_of<LossGateOptions>,
    .needs = loss_gate_needs,
    .fit = ThresholdFit{"threshold", given_loss_threshold,
                        [](const Options& options, const PolicyRow& row, int) {
                          return std::vector<double>{signal_of(options.get<LossGateOptions>(), row)};
                        }},
    .decide = [](const Options& options, std::span<const double> fitted, const PolicyRow& row, int m) {
      const auto& o = options.get<LossGateOptions>();
      return gated(o.gate, fitted[0], signal_of(o, row), price_of(o, row, m), row, m);
    }};

}  // namespace ttt
