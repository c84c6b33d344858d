#include "pipeline/policies/gate.h"

namespace ttt {

Fields fields(GateOptions& o) {
  return {{"adapt", choice(o.adapt, {"above", "below"})}, {"threshold", &o.threshold, any_number}};
}

void validate(const GateOptions&) {}

bool adapts(const GateOptions& options, double threshold, double signal) {
  return options.adapt == Side::above ? signal >= threshold : signal < threshold;
}

GatePrice price_after_source(const PolicyRow& row, int m) {
  return {row.prediction_flops(), row.prediction_flops() + row.flops(m)};
}

Decision gated(const GateOptions& options, double threshold, double signal, const GatePrice& price,
               const PolicyRow& row, int m) {
  if (m == 0) return {0, row.flops(0)};
  if (adapts(options, threshold, signal)) return {m, price.adapted_flops};
  return {0, price.source_flops};
}

std::optional<double> given_threshold(const Options& options) { return options.get<GateOptions>().threshold; }

}  // namespace ttt
