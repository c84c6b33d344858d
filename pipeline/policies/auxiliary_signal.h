#pragma once
#include "pipeline/policies/gate.h"

namespace ttt {

/// Which record of the auxiliary loss a rule reads.
enum class LossSignal {
  step,   // aux_loss: of each step's own views, before its update; looking at it costs that step
  probe,  // probe_loss: of the plain image's fixed views at each milestone; costs passes of its own
};
Field loss_signal_field(LossSignal& signal);

/// Auxiliary passes of one look at the probe: the four turns of the plain image.
inline constexpr int probe_views = 4;
double probe_flops(const PolicyRow& row);

/// Records that the signal needs.
PolicyNeeds needs_of(LossSignal signal);

/// Options of the gates on the auxiliary loss.
struct LossGateOptions {
  LossSignal loss = LossSignal::step;
  GateOptions gate;  // the threshold in nats
  bool operator==(const LossGateOptions&) const = default;
};
Fields fields(LossGateOptions& options);
void validate(const LossGateOptions& options);

/// The threshold of LossGateOptions, and what they need.
std::optional<double> given_loss_threshold(const Options& options);
PolicyNeeds loss_gate_needs(const Options& options);

}  // namespace ttt
