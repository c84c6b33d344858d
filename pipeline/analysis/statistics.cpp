#include "pipeline/analysis/statistics.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

namespace ttt {
namespace {

/// The continued fraction of DLMF 8.17.22, evaluated by the modified Lentz method; converges fast for
/// x < (a + 1) / (a + b + 2).
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  constexpr double tolerance = 1e-15;
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < tiny ? tiny : d);
  double value = d;
  for (int m = 1; m < 100'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1;
    for (const double term : {even, odd}) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::abs(d) < tiny ? tiny : d);
      c = std::abs(c) < tiny ? tiny : c;
      change = c * d;
      value *= change;
    }
    if (std::abs(change - 1) < tolerance) break;
  }
  return value;
}

/// The x in [low, high] where the increasing `cdf` reaches p.
template <typename Cdf>
double invert(const Cdf& cdf, double p, double low, double high) {
  for (int i = 0; i < 2000; ++i) {
    const double middle = low + (high - low) / 2;
    if (middle == low || middle == high) break;
    (cdf(middle) < p ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
  assert(a > 0 && b > 0 && x >= 0 && x <= 1);
  if (x == 0 || x == 1) return x;
  const double log_front =
      std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x);
  if (x < (a + 1) / (a + b + 2)) return std::exp(log_front) * beta_fraction(a, b, x) / a;
  return 1 - std::exp(log_front) * beta_fraction(b, a, 1 - x) / b;
}

double student_t_p(double t, double freedom) {
  if (std::isnan(t)) return undefined;
  if (std::isinf(t)) return 0;
  return incomplete_beta(freedom / 2, 0.5, freedom / (freedom + t * t));
}

double student_t_quantile(double p, double freedom) {
  assert(p > 0 && p < 1 && freedom > 0);
  if (p < 0.5) return -student_t_quantile(1 - p, freedom);
  const auto cdf = [freedom](double t) { return 1 - student_t_p(t, freedom) / 2; };
  double high = 1;
  while (cdf(high) < p && high < 1e300) high *= 2;
  return invert(cdf, p, 0, high);
}

double normal_quantile(double p) {
  assert(p > 0 && p < 1);
  return invert([](double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }, p, -40, 40);
}

Interval wilson_interval(int64_t successes, int64_t n, double confidence) {
  assert(successes >= 0 && successes <= n);
  if (n == 0) return {};
  const double z = normal_quantile(0.5 + confidence / 2);
  const double size = static_cast<double>(n);
  const double share = static_cast<double>(successes) / size;
  const double centre = (share + z * z / (2 * size)) / (1 + z * z / size);
  const double half =
      z / (1 + z * z / size) * std::sqrt(share * (1 - share) / size + z * z / (4 * size * size));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double mcnemar_exact(int64_t fixed, int64_t broken) {
  const int64_t fewer = std::min(fixed, broken);
  const int64_t more = std::max(fixed, broken);
  if (fewer == more) return 1;
  // P(X <= k) of Binomial(n, 1/2) is I_{1/2}(n - k, k + 1); here n - k = more, k = fewer.
  const double tail = incomplete_beta(static_cast<double>(more), static_cast<double>(fewer + 1), 0.5);
  return std::min(1.0, 2 * tail);
}

MeanTest mean_test(std::span<const double> values, double confidence) {
  MeanTest test;
  const double n = static_cast<double>(values.size());
  if (values.empty()) return test;
  test.mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0;
  for (const double value : values) squares += (value - test.mean) * (value - test.mean);
  const double error = std::sqrt(squares / (n - 1) / n);
  if (values.size() < 2 || !(error > 1e-12)) return test;
  const double half = student_t_quantile(0.5 + confidence / 2, n - 1) * error;
  test.interval = {test.mean - half, test.mean + half};
  test.p = student_t_p(test.mean / error, n - 1);
  return test;
}

MeanTest clustered_mean_test(std::span<const double> sums, std::span<const int32_t> counts,
                             double confidence) {
  assert(sums.size() == counts.size());
  MeanTest test;
  double clusters = 0, values = 0, sum = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    if (counts[i] == 0) continue;
    ++clusters;
    values += counts[i];
    sum += sums[i];
  }
  if (clusters == 0) return test;
  test.mean = sum / values;
  double squares = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    const double rest = sums[i] - test.mean * counts[i];
    squares += rest * rest;
  }
  const double error = std::sqrt(squares * clusters / (clusters - 1)) / values;
  if (clusters < 2 || !(error > 1e-12)) return test;
  const double half = student_t_quantile(0.5 + confidence / 2, clusters - 1) * error;
  test.interval = {test.mean - half, test.mean + half};
  test.p = student_t_p(test.mean / error, clusters - 1);
  return test;
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<size_t> order;
  for (size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.begin(), p.end());
  double largest = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    largest = std::max(largest, static_cast<double>(order.size() - rank) * p[order[rank]]);
    adjusted[order[rank]] = std::min(1.0, largest);
  }
  return adjusted;
}

double quantile(std::span<const double> sorted, double p) {
  assert(!sorted.empty());
  const double position = p * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(position);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (position - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

void ReliabilityCount::add(double confidence, bool right) {
  if (!(confidence >= 0 && confidence <= 1)) return;
  const int count = static_cast<int>(bins_.size());
  Sums& bin = bins_[std::clamp(static_cast<int>(std::ceil(confidence * count)) - 1, 0, count - 1)];
  ++bin.n;
  bin.confidence += confidence;
  bin.right += right;
}

std::vector<ReliabilityBin> ReliabilityCount::bins() const {
  std::vector<ReliabilityBin> bins(bins_.size());
  for (size_t i = 0; i < bins.size(); ++i) {
    bins[i].n = bins_[i].n;
    if (bins[i].n == 0) continue;
    bins[i].confidence = bins_[i].confidence / static_cast<double>(bins_[i].n);
    bins[i].accuracy = static_cast<double>(bins_[i].right) / static_cast<double>(bins_[i].n);
  }
  return bins;
}

std::vector<ReliabilityBin> reliability(std::span<const double> confidence, std::span<const uint8_t> correct,
                                        int bins) {
  assert(confidence.size() == correct.size() && bins > 0);
  ReliabilityCount count(bins);
  for (size_t i = 0; i < confidence.size(); ++i) count.add(confidence[i], correct[i] != 0);
  return count.bins();
}

double calibration_error(std::span<const ReliabilityBin> bins) {
  double error = 0;
  int64_t total = 0;
  for (const ReliabilityBin& bin : bins) {
    if (bin.n == 0) continue;
    error += static_cast<double>(bin.n) * std::abs(bin.accuracy - bin.confidence);
    total += bin.n;
  }
  return total == 0 ? undefined : error / static_cast<double>(total);
}

}  // namespace ttt
