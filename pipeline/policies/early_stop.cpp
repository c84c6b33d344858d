#include "pipeline/policies/auxiliary_signal.h"
#include "pipeline/policies/stop.h"

namespace ttt {

/// rule = "early_stop".
struct EarlyStopOptions {
  LossSignal loss = LossSignal::step;
  int patience = 2;    // losses in a row without a new minimum: of steps, or of milestones where probed
  double epsilon = 0;  // nats below the minimum so far that make a new one
  bool operator==(const EarlyStopOptions&) const = default;
};

Fields fields(EarlyStopOptions& o) {
  return {loss_signal_field(o.loss), {"patience", &o.patience, {1, 1e6}}, {"epsilon", &o.epsilon, {0, 1e9}}};
}

void validate(const EarlyStopOptions&) {}

namespace {

/// Index of the first of `count` losses at which patience ends; `count` when it does not.
int out_of_patience(const EarlyStopOptions& o, int count, const std::function<double(int)>& loss) {
  double least = count > 0 ? loss(0) : 0;
  for (int i = 1, waited = 0; i < count; ++i) {
    if (loss(i) < least - o.epsilon) {
      least = loss(i);
      waited = 0;
    } else if (++waited == o.patience) {
      return i;
    }
  }
  return count;
}

/// The loss before update s + 1 is seen after s updates; the step that it belongs to is paid.
Decision by_steps(const EarlyStopOptions& o, const PolicyRow& row, int m) {
  const int budget = row.steps(m);
  const int stop = out_of_patience(o, budget, [&](int step) { return row.aux_loss(step); });
  return stopped(row, {stop, std::min(stop + 1, budget)});
}

/// A look at each milestone before the last one allowed, where nothing is left to decide.
Decision by_probes(const EarlyStopOptions& o, const PolicyRow& row, int m) {
  const int stop = out_of_patience(o, m, [&](int milestone) { return row.probe_loss(milestone); });
  return {stop, row.flops(stop) + std::min(stop + 1, m) * probe_flops(row)};
}

}  // namespace

extern const PolicyRule early_stop_rule;
constinit const PolicyRule early_stop_rule = {
    .name = "early_stop",
    .summary = "stop once the auxiliary loss has had no new minimum for some steps",
    .source = "per-sample stopping: 2606.15569",
    .cost = "the steps up to the stop, the one that said so included; loss = \"probe\": 4 passes a look",
    .options = options_of<EarlyStopOptions>,
    .reach = every_milestone,
    .needs = [](const Options& options) { return needs_of(options.get<EarlyStopOptions>().loss); },
    .decide =
        [](const Options& options, std::span<const double>, const PolicyRow& row, int m) {
          const auto& o = options.get<EarlyStopOptions>();
          return o.loss == LossSignal::step ? by_steps(o, row, m) : by_probes(o, row, m);
        }};

}  // namespace ttt
