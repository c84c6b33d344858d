#include "pipeline/analysis/label_free.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace ttt {
namespace {

double value_of(const std::vector<float>& values, const Records& records, int64_t row) {
  return double{values[row * records.milestones]};
}

LabelFreeCell cell_of(const Results& results, const MethodResults& method, int model,
                      const std::string& shift, const Slice& slice) {
  const Records& records = method.records[model];
  const Column before{&method, 0}, after{&method, records.milestones - 1};
  LabelFreeCell cell{.model = results.model[model], .shift = shift};
  double correct = 0, flips = 0, confidence = 0;
  for (const int64_t row : slice.rows) {
    if (!usable(before, model, row) || !usable(after, model, row)) continue;
    ++cell.n;
    correct += right(before, model, row);
    confidence += value_of(records.confidence, records, row);
    const int64_t first = row * records.milestones;
    if (records.predicted[first] != records.predicted[first + records.milestones - 1])
      flips += value_of(records.confidence, records, row);
  }
  if (cell.n == 0) return cell;
  const auto n = static_cast<double>(cell.n);
  cell.accuracy = correct / n;
  cell.flips = flips / n;
  cell.confidence = confidence / n;
  return cell;
}

/// Every model of the group on every shift of the split.
std::vector<LabelFreeCell> cells_of(const Results& results, const MethodResults& method,
                                    const std::string& group, Split split) {
  std::vector<LabelFreeCell> cells;
  for (const auto& [shift, slice] : slices_of(results, group, split).shifts)
    for (const int model : slice.models) {
      LabelFreeCell cell = cell_of(results, method, model, shift, slice);
      if (cell.n > 0) cells.push_back(std::move(cell));
    }
  return cells;
}

template <typename Guess>
LabelFreeError error_of(const std::string& name, const std::vector<LabelFreeCell>& cells, Guess guess) {
  double sum = 0;
  for (const LabelFreeCell& cell : cells) sum += std::abs(guess(cell) - cell.accuracy);
  return {name, sum / static_cast<double>(cells.size())};
}

}  // namespace

std::optional<Quadratic> Quadratic::fit(std::span<const double> x, std::span<const double> y) {
  if (x.size() < 4 || std::set<double>(x.begin(), x.end()).size() < 3) return std::nullopt;
  const auto n = static_cast<double>(x.size());
  Quadratic q;
  for (const double value : x) q.centre_ += value / n;
  double first_norm = 0;
  for (const double value : x) first_norm += (value - q.centre_) * (value - q.centre_);
  for (const double value : x)
    q.second_centre_ += value * (value - q.centre_) * (value - q.centre_) / first_norm;
  q.second_norm_ = first_norm / n;
  double second_norm = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const double p1 = x[i] - q.centre_, p2 = (x[i] - q.second_centre_) * p1 - q.second_norm_;
    second_norm += p2 * p2;
    q.weight_[0] += y[i] / n;
    q.weight_[1] += y[i] * p1 / first_norm;
    q.weight_[2] += y[i] * p2;
  }
  q.weight_[2] /= second_norm;
  return q;
}

double Quadratic::at(double x) const {
  const double p1 = x - centre_;
  return weight_[0] + weight_[1] * p1 + weight_[2] * ((x - second_centre_) * p1 - second_norm_);
}

std::optional<LabelFree> label_free_accuracy(const Results& results, const MethodResults& method,
                                             const std::string& group) {
  const std::vector<LabelFreeCell> tune = cells_of(results, method, group, Split::tune);
  std::vector<double> flips, accuracy;
  double mean = 0;
  for (const LabelFreeCell& cell : tune) {
    flips.push_back(cell.flips);
    accuracy.push_back(cell.accuracy);
    mean += cell.accuracy / static_cast<double>(tune.size());
  }
  const std::optional<Quadratic> fitted = Quadratic::fit(flips, accuracy);
  LabelFree estimates{tune.size(), cells_of(results, method, group, Split::report), {}};
  if (!fitted || estimates.cells.empty()) return std::nullopt;
  for (LabelFreeCell& cell : estimates.cells) cell.by_flips = std::clamp(fitted->at(cell.flips), 0.0, 1.0);
  const auto error = [&](const std::string& name, auto guess) {
    estimates.errors.push_back(error_of(name, estimates.cells, guess));
  };
  error("flips, weighted by confidence", [](const LabelFreeCell& cell) { return cell.by_flips; });
  error("mean confidence of the source model", [](const LabelFreeCell& cell) { return cell.confidence; });
  error("mean accuracy on the split tune", [&](const LabelFreeCell&) { return mean; });
  return estimates;
}

}  // namespace ttt
