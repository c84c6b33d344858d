#include "pipeline/policies/auxiliary_signal.h"

namespace ttt {

Field loss_signal_field(LossSignal& signal) { return {"loss", choice(signal, {"step", "probe"})}; }

double probe_flops(const PolicyRow& row) { return probe_views * row.forward_flops(); }

PolicyNeeds needs_of(LossSignal signal) {
  return {.steps = signal == LossSignal::step, .probe_loss = signal == LossSignal::probe};
}

Fields fields(LossGateOptions& o) {
  Fields all = {loss_signal_field(o.loss)};
  for (Field& field : fields(o.gate)) all.push_back(std::move(field));
  return all;
}

void validate(const LossGateOptions& o) { validate(o.gate); }

std::optional<double> given_loss_threshold(const Options& options) {
  return options.get<LossGateOptions>().gate.threshold;
}

PolicyNeeds loss_gate_needs(const Options& options) { return needs_of(options.get<LossGateOptions>().loss); }

}  // namespace ttt
