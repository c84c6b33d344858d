#include "pipeline/policies/gate.h"

namespace ttt {

/// rule = "flip_veto".
struct FlipVetoOptions {
  std::optional<double> threshold =
      std::nullopt;  // source confidence from which on a change of class is refused
  bool operator==(const FlipVetoOptions&) const = default;
};

Fields fields(FlipVetoOptions& o) { return {{"threshold", &o.threshold, any_number}}; }

void validate(const FlipVetoOptions&) {}

namespace {

bool flipped(const PolicyRow& row, int m) { return row.predicted(m) != row.predicted(0); }

}  // namespace

extern const PolicyRule flip_veto_rule;
constinit const PolicyRule flip_veto_rule = {
    .name = "flip_veto",
    .summary = "keep the source prediction where adapting changes the class of a confident one",
    .source = "weighted flips: Press et al., ICML 2024",
    .cost = "the milestone and the source prediction",
    .options = options_of<FlipVetoOptions>,
    .fit = ThresholdFit{
        "threshold", [](const Options& options) { return options.get<FlipVetoOptions>().threshold; },
        [](const Options&, const PolicyRow& row, int m) {
          return flipped(row, m) ? std::vector<double>{row.confidence(0)} : std::vector<double>{};
        }},
    .decide = [](const Options&, std::span<const double> fitted, const PolicyRow& row, int m) {
      if (m == 0) return Decision{0, row.flops(0)};
      const bool veto = flipped(row, m) && row.confidence(0) >= fitted[0];
      return Decision{veto ? 0 : m, row.flops(m) + row.prediction_flops()};
    }};

}  // namespace ttt
