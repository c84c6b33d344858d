#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// Spearman's rank correlation of pairs (x, y), with ties at the mean of their ranks (Kendall and Gibbons,
/// 1990, chapter 3), for many weightings of the same pairs: sorted once, then linear in the pairs.
class RankCorrelation {
 public:
  /// Pairs with a value that is not finite are left out. Throws no Error; lengths must agree.
  RankCorrelation(std::span<const double> x, std::span<const double> y);

  /// The correlation when pair i is there `count[i]` times, as in a bootstrap's resample. `count` [pairs
  /// given to the constructor]. Undefined when x or y has fewer than two values.
  double counted(std::span<const int32_t> count) const;

  /// The correlation of the pairs as they are.
  double plain() const;

  /// Pairs of finite values.
  int64_t size() const { return static_cast<int64_t>(by_x_.size()); }

 private:
  std::vector<double> x_, y_;
  std::vector<size_t> by_x_, by_y_;  // pairs of finite values by rising x and by rising y
};

/// The correlation of all pairs, each once.
double spearman(std::span<const double> x, std::span<const double> y);

}  // namespace ttt
