#include "pipeline/analysis/curve.h"

#include <algorithm>
#include <cmath>

#include "pipeline/analysis/calibration.h"
#include "pipeline/analysis/clusters.h"

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

/// Values of one model.
struct ModelSum {
  int64_t n = 0;
  double value = 0;
};

/// What is summed of one column over the cells of a slice.
struct PointSums {
  std::vector<ModelSum> models;
  ClusterSums clusters;  // of values; empty where no interval needs them
  std::vector<RatioTerms> beside;
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

/// `i` numbers the row in its slice.
void add_cell(const CellScores& scores, const Column& column, int model, int64_t row, size_t i,
              const Clusters& clusters, double value, PointSums& sums) {
  if (std::isnan(value)) return;
  const Records& records = column.method->records[model];
  const int64_t at = row * records.milestones + column.milestone;
  ++sums.models.back().n;
  sums.models.back().value += value;
  if (clusters.count > 0) {
    sums.clusters.difference[clusters.of_row[i]] += value;
    ++sums.clusters.pairs[clusters.of_row[i]];
  }
  for (size_t figure = 0; figure < sums.beside.size(); ++figure) {
    const RatioTerms terms = scores.family().beside[figure].terms(scores.cell(column, model, row));
    sums.beside[figure].above += terms.above;
    sums.beside[figure].below += terms.below;
  }
  sums.flops += paid_flops(*column.method, records, row, column.milestone);
  if (scores.family().has_confidence) sums.reliability.add(records.confidence[at], value > 0);
  const float loss = records.main_loss[at];
  if (!std::isfinite(loss)) return;
  sums.loss += loss;
  ++sums.losses;
}

/// Of every milestone of a method, going through the rows once.
std::vector<PointSums> sums_of(const CellScores& scores, const MethodResults& method, const Slice& slice,
                               const Clusters& clusters) {
  PointSums none;
  none.clusters = {std::vector<double>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)};
  none.beside.resize(scores.family().beside.size());
  std::vector<PointSums> sums(method.cost.milestone.size(), none);
  for (const int model : slice.models) {
    std::vector<ColumnScores> columns;
    for (int m = 0; m < static_cast<int>(sums.size()); ++m)
      columns.emplace_back(scores, Column{&method, m}, model);
    for (PointSums& point : sums) point.models.emplace_back();
    for (size_t i = 0; i < slice.rows.size(); ++i)
      for (int m = 0; m < static_cast<int>(sums.size()); ++m)
        add_cell(scores, {&method, m}, model, slice.rows[i], i, clusters, columns[m].value(slice.rows[i]),
                 sums[m]);
  }
  return sums;
}

double mean_of(double sum, int64_t n) { return n == 0 ? undefined : sum / static_cast<double>(n); }

/// An ensemble is one prediction a sample however many models it is filed under: samples count once.
Score score_of(const ScoreFamily& family, const PointSums& sums, Role role, double confidence) {
  Score score;
  std::vector<double> by_model;
  double sum = 0;
  for (const ModelSum& model : sums.models) {
    score.n += model.n;
    sum += model.value;
    if (model.n > 0) by_model.push_back(mean_of(model.value, model.n));
  }
  if (score.n == 0) return score;
  score.value = mean_of(sum, score.n);
  if (family.right_or_wrong) score.correct = std::llround(sum);
  if (role == Role::ensemble) {
    const double models = static_cast<double>(by_model.size());
    score.n = std::llround(static_cast<double>(score.n) / models);
    score.correct = std::llround(static_cast<double>(score.correct) / models);
  } else {
    score.over_models = mean_test(by_model, confidence).interval;
  }
  score.interval =
      family.right_or_wrong
          ? wilson_interval(score.correct, score.n, confidence)
          : clustered_mean_test(sums.clusters.difference, sums.clusters.pairs, confidence).interval;
  return score;
}

std::vector<double> beside_of(const ScoreFamily& family, const PointSums& sums) {
  std::vector<double> figures;
  for (size_t i = 0; i < sums.beside.size(); ++i) {
    const auto [above, below] = sums.beside[i];
    figures.push_back(below > 0 ? family.beside[i].figure(above / below) : undefined);
  }
  return figures;
}

Point point_of(const ScoreFamily& family, const MethodResults& method, int m, const PointSums& sums,
               double plain, double confidence) {
  const CostTable& cost = method.cost;
  Point point;
  point.milestone = cost.milestone[m];
  point.score = score_of(family, sums, method.role, confidence);
  int64_t cells = 0;
  for (const ModelSum& model : sums.models) cells += model.n;
  point.flops = mean_of(sums.flops, cells);
  point.forward_equivalents = point.flops / plain;
  point.forward_passes = cost.forward_passes[m];
  point.backward_passes = cost.backward_passes[m];
  point.gradient_steps = cost.gradient_steps[m];
  point.views = cost.views[m];
  point.beside = beside_of(family, sums);
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

double source_value(const Point& point, const ScoreFamily& score) {
  const double gained = point.gain.pooled;
  return score.lower_is_better ? point.score.value + gained : point.score.value - gained;
}

std::vector<Curve> curves_on(const Results& results, const Slice& slice, const std::optional<Column>& source,
                             const BootstrapOptions& options) {
  const auto plain = static_cast<double>(results.forward_flops);
  const CellScores scores(results);
  const Clusters clusters = scores.family().right_or_wrong ? Clusters{} : clusters_by_base(results, slice);
  std::vector<Effect> gains;
  if (source) gains = gains_of(results, slice, *source, options);
  size_t next = 0;
  std::vector<Curve> curves;
  for (size_t i = 0; i < results.methods.size(); ++i) {
    Curve curve{static_cast<int>(i), "", "", {}};
    const std::vector<PointSums> sums = sums_of(scores, results.methods[i], slice, clusters);
    for (int m = 0; m < static_cast<int>(sums.size()); ++m) {
      curve.points.push_back(
          point_of(scores.family(), results.methods[i], m, sums[m], plain, options.confidence));
      if (source) curve.points.back().gain = gains[next++];
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

}  // namespace ttt
