#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// Values and the order of those that are finite: by rising value, equal ones as they stand.
struct Ranked {
  explicit Ranked(std::vector<double> all);
  std::vector<double> values;
  std::vector<uint32_t> order;
};

/// Spearman's rank correlation of pairs (x, y), with ties at the mean of their ranks (Kendall and Gibbons,
/// 1990, chapter 3), for many weightings of the same pairs: sorted once, then linear in the pairs.
class RankCorrelation {
 public:
  /// Pairs with a value that is not finite are left out. Lengths must agree. Both must outlive it.
  RankCorrelation(const Ranked& x, const Ranked& y);

  /// The correlation when pair i is there `count[i]` times, as in a bootstrap's resample. `count` [pairs
  /// given to the constructor]. Undefined when x or y has fewer than two values.
  double counted(std::span<const int32_t> count) const;

  /// The correlation of the pairs as they are.
  double plain() const;

  /// [pairs given to the constructor] By how much the correlation rises with the number of times that a pair
  /// is there, at once each; 0 for those left out. They sum to 0, and counted(count) is, to first order,
  /// plain() + sum of count[i] influence[i] (the infinitesimal jackknife: Efron and Tibshirani, An
  /// Introduction to the Bootstrap, 1993, section 21.4). Empty where the correlation is undefined.
  std::vector<double> influence() const;

  /// Pairs of finite values.
  int64_t size() const { return static_cast<int64_t>(by_x_.size()); }

 private:
  const std::vector<double>&x_, &y_;
  std::vector<uint32_t> by_x_, by_y_;  // pairs of finite values by rising x and by rising y
};

/// The correlation of all pairs, each once.
double spearman(std::span<const double> x, std::span<const double> y);

}  // namespace ttt
