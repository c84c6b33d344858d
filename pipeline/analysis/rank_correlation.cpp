#include "pipeline/analysis/rank_correlation.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "pipeline/analysis/statistics.h"

namespace ttt {
namespace {

std::vector<size_t> order_of(std::span<const double> values, std::span<const size_t> pairs) {
  std::vector<size_t> order(pairs.begin(), pairs.end());
  std::ranges::stable_sort(order, {}, [&](size_t i) { return values[i]; });
  return order;
}

/// Twice the rank of each pair less the mean rank, so that all are whole: [pairs], 0 where the count is 0.
std::vector<double> centred_ranks(std::span<const double> values, std::span<const size_t> order,
                                  std::span<const int32_t> count, int64_t total) {
  std::vector<double> ranks(values.size(), 0);
  int64_t below = 0;
  for (size_t first = 0; first < order.size();) {
    size_t last = first;
    int64_t tied = 0;
    for (; last < order.size() && values[order[last]] == values[order[first]]; ++last)
      tied += count[order[last]];
    for (size_t i = first; i < last; ++i) ranks[order[i]] = static_cast<double>(2 * below + tied - total);
    below += tied;
    first = last;
  }
  return ranks;
}

}  // namespace

RankCorrelation::RankCorrelation(std::span<const double> x, std::span<const double> y)
    : x_(x.begin(), x.end()), y_(y.begin(), y.end()) {
  assert(x.size() == y.size());
  std::vector<size_t> finite;
  for (size_t i = 0; i < x.size(); ++i)
    if (std::isfinite(x[i]) && std::isfinite(y[i])) finite.push_back(i);
  by_x_ = order_of(x, finite);
  by_y_ = order_of(y, finite);
}

double RankCorrelation::counted(std::span<const int32_t> count) const {
  int64_t total = 0;
  for (const size_t i : by_x_) total += count[i];
  const std::vector<double> of_x = centred_ranks(x_, by_x_, count, total);
  const std::vector<double> of_y = centred_ranks(y_, by_y_, count, total);
  double xx = 0;
  double yy = 0;
  double xy = 0;
  for (const size_t i : by_x_) {
    xx += count[i] * of_x[i] * of_x[i];
    yy += count[i] * of_y[i] * of_y[i];
    xy += count[i] * of_x[i] * of_y[i];
  }
  return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : undefined;
}

double RankCorrelation::plain() const { return counted(std::vector<int32_t>(x_.size(), 1)); }

double spearman(std::span<const double> x, std::span<const double> y) {
  return RankCorrelation(x, y).plain();
}

}  // namespace ttt
