#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace ttt {

inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

struct Interval {
  double low = undefined, high = undefined;
};

/// Wilson's score interval of a proportion (Wilson, JASA 1927). Undefined for n = 0.
Interval wilson_interval(int64_t successes, int64_t n, double confidence);

/// Exact two-sided McNemar test: `fixed` of the fixed + broken discordant pairs against Binomial(., 1/2);
/// 1 when no pair is discordant.
double mcnemar_exact(int64_t fixed, int64_t broken);

/// Regularised incomplete beta function I_x(a, b), a, b > 0, 0 <= x <= 1 (DLMF 8.17).
double incomplete_beta(double a, double b, double x);

/// Two-sided tail probability P(|T| >= |t|) of Student's t with `freedom` degrees of freedom.
double student_t_p(double t, double freedom);

/// The t with P(T <= t) = p, 0 < p < 1.
double student_t_quantile(double p, double freedom);

/// The z with P(Z <= z) = p of a standard normal, 0 < p < 1.
double normal_quantile(double p);

/// Mean of a few values with its t interval and the two-sided p-value of "the mean is zero".
struct MeanTest {
  double mean = undefined;
  Interval interval;
  double p = undefined;
};
/// Interval and p are undefined for fewer than two values and for values without spread: nothing to judge by.
MeanTest mean_test(std::span<const double> values, double confidence);

/// Mean of values that come in clusters, which are independent though the values of one are not: the sums
/// over each cluster and the numbers of its values. The standard error is that of a ratio of sums over
/// clusters (Cochran, Sampling Techniques, 1977, section 6.4), with as many degrees of freedom as there are
/// clusters less one; for clusters of equal size all is mean_test() of their means. Clusters without values
/// count nowhere.
MeanTest clustered_mean_test(std::span<const double> sums, std::span<const int32_t> counts,
                             double confidence);

/// Holm's step-down adjustment of a family of p-values (Holm, 1979). Undefined values stay so and do not
/// count.
std::vector<double> holm(std::span<const double> p);

/// Linear interpolation between order statistics (Hyndman and Fan's type 7). `sorted` ascending, not empty.
double quantile(std::span<const double> sorted, double p);

/// One bin of a reliability diagram.
struct ReliabilityBin {
  int64_t n = 0;
  double confidence = undefined;  // mean of the bin
  double accuracy = undefined;    // of the bin
};

/// Equal-width bins over (0, 1], as Guo et al., ICML 2017, filled one prediction after the other.
class ReliabilityCount {
 public:
  explicit ReliabilityCount(int bins) : bins_(bins) {}

  /// A confidence outside 0 .. 1 is that of a prediction that does not exist, and is left out.
  void add(double confidence, bool right);
  std::vector<ReliabilityBin> bins() const;

 private:
  struct Sums {
    int64_t n = 0, right = 0;
    double confidence = 0;
  };
  std::vector<Sums> bins_;
};

/// The same of all predictions at once.
std::vector<ReliabilityBin> reliability(std::span<const double> confidence, std::span<const uint8_t> correct,
                                        int bins);

/// Expected calibration error: mean of |accuracy - confidence| over bins, weighted by their share of the
/// samples.
double calibration_error(std::span<const ReliabilityBin> bins);

}  // namespace ttt
