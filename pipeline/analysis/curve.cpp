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

/// What is summed of one column over the cells of a slice, models after one another.
struct PointSums {
  int64_t n = 0, correct = 0;                       // of the present model
  std::vector<std::pair<int64_t, int64_t>> models;  // n and correct of each
  double flops = 0;
  double loss = 0;
  int64_t losses = 0;  // that are finite
  ReliabilityCount reliability{reliability_bins};
};

/// What the prediction of a cell cost: as recorded where that differs between samples, else by the steps that
/// were taken.
double paid_flops(const MethodResults& method, const Records& records, int64_t row, int m) {
  if (!records.paid_flops.empty()) {
    const double paid = records.paid_flops[row * records.milestones + m];
    if (std::isfinite(paid)) return paid;  // else nobody knows what a row without a prediction cost
  }
  const int taken = records.steps_taken[row];
  if (records.steps == 0 || taken >= method.cost.milestone[m]) return method.cost.flops[m];
  return flops_after(method.cost, taken);
}

void add_cell(const MethodResults& method, const Records& records, int64_t row, int m, PointSums& sums) {
  const int64_t at = row * records.milestones + m;
  const bool right = records.correct[at] != 0;
  ++sums.n;
  sums.correct += right;
  sums.flops += paid_flops(method, records, row, m);
  sums.reliability.add(records.confidence[at], right);
  if (!std::isfinite(records.main_loss[at])) return;
  sums.loss += records.main_loss[at];
  ++sums.losses;
}

/// Of every milestone of a method, going through the rows once.
std::vector<PointSums> sums_of(const MethodResults& method, const Slice& slice) {
  const int milestones = static_cast<int>(method.cost.milestone.size());
  std::vector<PointSums> sums(milestones);
  for (const int model : slice.models) {
    for (PointSums& point : sums) point.n = point.correct = 0;
    for (const int64_t row : slice.rows) {
      if (!usable({&method, 0}, model, row)) continue;
      for (int m = 0; m < milestones; ++m) add_cell(method, method.records[model], row, m, sums[m]);
    }
    for (PointSums& point : sums) point.models.emplace_back(point.n, point.correct);
  }
  return sums;
}

double mean_of(double sum, int64_t n) { return n == 0 ? undefined : sum / static_cast<double>(n); }

/// An ensemble is one prediction a sample however many models it is filed under: samples count once.
Score score_of(const PointSums& sums, Role role, double confidence) {
  Score score;
  std::vector<double> by_model;
  for (const auto& [n, correct] : sums.models) {
    score.n += n;
    score.correct += correct;
    if (n > 0) by_model.push_back(static_cast<double>(correct) / static_cast<double>(n));
  }
  if (score.n == 0) return score;
  score.accuracy = static_cast<double>(score.correct) / static_cast<double>(score.n);
  if (role == Role::ensemble) {
    const double models = static_cast<double>(by_model.size());
    score.n = std::llround(static_cast<double>(score.n) / models);
    score.correct = std::llround(static_cast<double>(score.correct) / models);
  } else {
    score.over_models = mean_test(by_model, confidence).interval;
  }
  score.wilson = wilson_interval(score.correct, score.n, confidence);
  return score;
}

Point point_of(const MethodResults& method, int m, const PointSums& sums, double plain, double confidence) {
  const CostTable& cost = method.cost;
  Point point;
  point.milestone = cost.milestone[m];
  point.score = score_of(sums, method.role, confidence);
  int64_t cells = 0;
  for (const auto& [n, correct] : sums.models) cells += n;
  point.flops = mean_of(sums.flops, cells);
  point.forward_equivalents = point.flops / plain;
  point.forward_passes = cost.forward_passes[m];
  point.backward_passes = cost.backward_passes[m];
  point.gradient_steps = cost.gradient_steps[m];
  point.views = cost.views[m];
  point.main_loss = mean_of(sums.loss, sums.losses);
  point.calibration_error = calibration_error(sums.reliability.bins());
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
    const std::vector<PointSums> sums = sums_of(results.methods[i], slice);
    for (int m = 0; m < static_cast<int>(sums.size()); ++m) {
      curve.points.push_back(point_of(results.methods[i], m, sums[m], plain, options.confidence));
      if (source) curve.points.back().gain = gains[next++];
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace ttt
