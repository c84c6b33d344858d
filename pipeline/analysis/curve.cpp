#include "pipeline/analysis/curve.h"

#include <algorithm>
#include <cmath>

#include "pipeline/analysis/calibration.h"

namespace ttt {
namespace {

/// Cumulative FLOPs after `steps` gradient steps: linear between milestones, the first of which is 0.
double flops_after(const CostTable& cost, int steps) {
  size_t i = 0;
  while (i + 1 < cost.milestone.size() && cost.milestone[i + 1] <= steps) ++i;
  if (i + 1 == cost.milestone.size()) return cost.flops[i];
  return cost.flops[i] + (cost.flops[i + 1] - cost.flops[i]) * (steps - cost.milestone[i]) /
                             (cost.milestone[i + 1] - cost.milestone[i]);
}

/// What the prediction of a cell cost: as recorded where that differs between samples, else by the steps that
/// were taken.
double paid_flops(const Column& column, int model, int64_t row) {
  const MethodResults& method = *column.method;
  const Records& records = method.records[model];
  if (!records.paid_flops.empty()) {
    const double paid = records.paid_flops[row * records.milestones + column.milestone];
    if (std::isfinite(paid)) return paid;  // else nobody knows what a row without a prediction cost
  }
  const int milestone = method.cost.milestone[column.milestone];
  const int taken = records.steps_taken[row];
  if (records.steps == 0 || taken >= milestone) return method.cost.flops[column.milestone];
  return flops_after(method.cost, taken);
}

double mean_flops(const Column& column, const Slice& slice) {
  double sum = 0;
  int64_t n = 0;
  for (const int model : slice.models)
    for (const int64_t row : slice.rows) {
      if (!usable(column, model, row)) continue;
      sum += paid_flops(column, model, row);
      ++n;
    }
  return n == 0 ? undefined : sum / static_cast<double>(n);
}

double mean_loss(const Column& column, const Slice& slice) {
  double sum = 0;
  int64_t n = 0;
  for (const int model : slice.models)
    for (const int64_t row : slice.rows) {
      const double loss =
          usable(column, model, row) ? value(column, &Records::main_loss, model, row) : undefined;
      if (!std::isfinite(loss)) continue;
      sum += loss;
      ++n;
    }
  return n == 0 ? undefined : sum / static_cast<double>(n);
}

/// An ensemble is one prediction a sample however many models it is filed under: samples count once.
Score score_of(const Column& column, const Slice& slice, double confidence) {
  Score score;
  std::vector<double> by_model;
  for (const int model : slice.models) {
    int64_t n = 0;
    int64_t correct = 0;
    for (const int64_t row : slice.rows) {
      if (!usable(column, model, row)) continue;
      ++n;
      correct += right(column, model, row);
    }
    score.n += n;
    score.correct += correct;
    if (n > 0) by_model.push_back(static_cast<double>(correct) / static_cast<double>(n));
  }
  if (score.n == 0) return score;
  score.accuracy = static_cast<double>(score.correct) / static_cast<double>(score.n);
  if (column.method->role == Role::ensemble) {
    const double models = static_cast<double>(by_model.size());
    score.n = std::llround(static_cast<double>(score.n) / models);
    score.correct = std::llround(static_cast<double>(score.correct) / models);
  } else {
    score.over_models = mean_test(by_model, confidence).interval;
  }
  score.wilson = wilson_interval(score.correct, score.n, confidence);
  return score;
}

Point point_of(const Column& column, const Slice& slice, double plain, double confidence) {
  const CostTable& cost = column.method->cost;
  const int m = column.milestone;
  Point point;
  point.milestone = cost.milestone[m];
  point.flops = mean_flops(column, slice);
  point.forward_equivalents = point.flops / plain;
  point.forward_passes = cost.forward_passes[m];
  point.backward_passes = cost.backward_passes[m];
  point.gradient_steps = cost.gradient_steps[m];
  point.views = cost.views[m];
  point.score = score_of(column, slice, confidence);
  point.main_loss = mean_loss(column, slice);
  point.calibration_error = calibration_error(reliability_of(column, slice));
  return point;
}

/// One ensemble against each of its members says nothing about another ensemble.
Effect without_models(Effect effect) {
  effect.over_models = {};
  effect.p_models = undefined;
  return effect;
}

std::vector<Effect> gains_of(const Results& results, const Slice& slice, const Column& source,
                             const BootstrapOptions& options) {
  std::vector<Pairing> pairings;
  for (const MethodResults& method : results.methods)
    for (int m = 0; m < static_cast<int>(method.cost.milestone.size()); ++m)
      pairings.push_back({{&method, m}, source});
  std::vector<Effect> gains = effects(results, slice, pairings, options);
  for (size_t i = 0; i < gains.size(); ++i)
    if (pairings[i].of.method->role == Role::ensemble) gains[i] = without_models(gains[i]);
  return gains;
}

}  // namespace

double source_accuracy(const Point& point) {
  const Effect& gain = point.gain;
  return point.score.accuracy - static_cast<double>(gain.fixed - gain.broken) / static_cast<double>(gain.n);
}

std::vector<Curve> curves_on(const Results& results, const Slice& slice, const std::optional<Column>& source,
                             const BootstrapOptions& options) {
  const auto plain = static_cast<double>(results.forward_flops);
  std::vector<Effect> gains;
  if (source) gains = gains_of(results, slice, *source, options);
  size_t next = 0;
  std::vector<Curve> curves;
  for (size_t i = 0; i < results.methods.size(); ++i) {
    Curve curve{static_cast<int>(i), "", "", {}};
    for (int m = 0; m < static_cast<int>(results.methods[i].cost.milestone.size()); ++m) {
      curve.points.push_back(point_of({&results.methods[i], m}, slice, plain, options.confidence));
      if (source) curve.points.back().gain = gains[next++];
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace ttt
