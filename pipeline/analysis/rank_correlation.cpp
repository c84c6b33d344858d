#include "pipeline/analysis/rank_correlation.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <utility>

#include "pipeline/analysis/statistics.h"

namespace ttt {
namespace {

/// The entries of an order of which the other value is finite too.
std::vector<uint32_t> paired(const std::vector<uint32_t>& order, const std::vector<double>& other) {
  std::vector<uint32_t> pairs;
  pairs.reserve(order.size());
  for (const uint32_t i : order)
    if (std::isfinite(other[i])) pairs.push_back(i);
  return pairs;
}

/// Where the values that equal the one at `first` end.
size_t end_of_ties(std::span<const double> values, std::span<const uint32_t> order, size_t first) {
  size_t last = first + 1;
  while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
  return last;
}

/// Of each pair, the sum of `centred` over pairs of greater value less that over pairs of smaller value.
/// `centred` sums to 0.
std::vector<double> above_less_below(std::span<const double> values, std::span<const uint32_t> order,
                                     std::span<const double> centred) {
  std::vector<double> sums(values.size(), 0);
  double below = 0;
  for (size_t first = 0; first < order.size();) {
    const size_t last = end_of_ties(values, order, first);
    double tied = 0;
    for (size_t i = first; i < last; ++i) tied += centred[order[i]];
    for (size_t i = first; i < last; ++i) sums[order[i]] = -2 * below - tied;
    below += tied;
    first = last;
  }
  return sums;
}

/// Twice the rank of each pair less the mean rank, so that all are whole: [pairs], 0 where the count is 0.
std::vector<double> centred_ranks(std::span<const double> values, std::span<const uint32_t> order,
                                  std::span<const int32_t> count, int64_t total) {
  std::vector<double> ranks(values.size(), 0);
  int64_t below = 0;
  for (size_t first = 0; first < order.size();) {
    const size_t last = end_of_ties(values, order, first);
    int64_t tied = 0;
    for (size_t i = first; i < last; ++i) tied += count[order[i]];
    for (size_t i = first; i < last; ++i) ranks[order[i]] = static_cast<double>(2 * below + tied - total);
    below += tied;
    first = last;
  }
  return ranks;
}

}  // namespace

Ranked::Ranked(std::vector<double> all) : values(std::move(all)) {
  std::vector<std::pair<double, uint32_t>> finite;  // sorted where they lie: twice as fast as by index
  for (size_t i = 0; i < values.size(); ++i)
    if (std::isfinite(values[i])) finite.emplace_back(values[i], static_cast<uint32_t>(i));
  std::ranges::sort(finite);
  order.reserve(finite.size());
  for (const auto& [value, i] : finite) order.push_back(i);
}

RankCorrelation::RankCorrelation(const Ranked& x, const Ranked& y)
    : x_(x.values), y_(y.values), by_x_(paired(x.order, y.values)), by_y_(paired(y.order, x.values)) {
  assert(x.values.size() == y.values.size());
}

double RankCorrelation::counted(std::span<const int32_t> count) const {
  int64_t total = 0;
  for (const uint32_t i : by_x_) total += count[i];
  const std::vector<double> of_x = centred_ranks(x_, by_x_, count, total);
  const std::vector<double> of_y = centred_ranks(y_, by_y_, count, total);
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (const uint32_t i : by_x_) {
    xx += count[i] * of_x[i] * of_x[i];
    yy += count[i] * of_y[i] * of_y[i];
    xy += count[i] * of_x[i] * of_y[i];
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : undefined;
}

double RankCorrelation::plain() const { return counted(std::vector<int32_t>(x_.size(), 1)); }

std::vector<double> RankCorrelation::influence() const {
  const std::vector<int32_t> once(x_.size(), 1);
  const std::vector<double> of_x = centred_ranks(x_, by_x_, once, size());
  const std::vector<double> of_y = centred_ranks(y_, by_y_, once, size());
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (const uint32_t i : by_x_) {
    xx += of_x[i] * of_x[i];
    yy += of_y[i] * of_y[i];
    xy += of_x[i] * of_y[i];
  }
  if (!(xx > 0 && yy > 0)) return {};
  // Of the correlation xy / sqrt(xx yy): a pair counts in each sum itself, and moves the ranks of the others.
  const double root = std::sqrt(xx * yy), rho = xy / root;
  std::vector<double> rise(x_.size(), 0);
  for (const uint32_t i : by_x_)
    rise[i] = of_x[i] * of_y[i] / root - rho / 2 * (of_x[i] * of_x[i] / xx + of_y[i] * of_y[i] / yy);
  const auto add = [&](const std::vector<double>& sums, double factor) {
    for (const uint32_t i : by_x_) rise[i] += factor * sums[i];
  };
  add(above_less_below(x_, by_x_, of_y), 1 / root);
  add(above_less_below(y_, by_y_, of_x), 1 / root);
  add(above_less_below(x_, by_x_, of_x), -rho / xx);
  add(above_less_below(y_, by_y_, of_y), -rho / yy);
  return rise;
}

double spearman(std::span<const double> x, std::span<const double> y) {
  const Ranked of_x({x.begin(), x.end()}), of_y({y.begin(), y.end()});
  return RankCorrelation(of_x, of_y).plain();
}

}  // namespace ttt
