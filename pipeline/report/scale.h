#pragma once
#include <utility>
#include <vector>

namespace ttt {

/// A linear or logarithmic map from values to pixels, with ticks at round values.
class Scale {
 public:
  static Scale linear(double low, double high, double first_pixel, double last_pixel);
  static Scale logarithmic(double low, double high, double first_pixel, double last_pixel);

  double operator()(double value) const;
  bool holds(double value) const;

  /// At most about `most` round values within the range, ascending: steps of 1, 2 or 5 x 10^k; on a
  /// logarithmic scale 1, 2, 5 of each decade, or 1 alone when these are too many.
  std::vector<double> ticks(int most) const;

 private:
  Scale(double low, double high, double first_pixel, double last_pixel, bool logarithmic);
  double low_, high_, first_, last_;
  bool logarithmic_;
};

/// The range widened by `share` of its length on both sides; a unit range about a single value.
std::pair<double, double> widened(double low, double high, double share);

}  // namespace ttt
