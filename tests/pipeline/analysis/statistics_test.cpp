#include "pipeline/analysis/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace ttt {
namespace {

TEST(IncompleteBeta, EqualsClosedForms) {
  for (const double x : {0.0, 0.1, 0.5, 0.77, 1.0}) {
    EXPECT_NEAR(incomplete_beta(1, 1, x), x, 1e-14);
    EXPECT_NEAR(incomplete_beta(3, 1, x), x * x * x, 1e-14);
    EXPECT_NEAR(incomplete_beta(0.5, 0.5, x), 2 / M_PI * std::asin(std::sqrt(x)), 1e-13);
    EXPECT_NEAR(incomplete_beta(2.5, 7, x), 1 - incomplete_beta(7, 2.5, 1 - x), 1e-14);
  }
}

// scipy 1.17.1: scipy.special.betainc(a, b, x)
TEST(IncompleteBeta, EqualsScipy) {
  EXPECT_NEAR(incomplete_beta(2, 3, 0.4), 0.5248, 1e-14);
  EXPECT_NEAR(incomplete_beta(200.5, 0.5, 0.99), 0.04482618554575036, 1e-12);
  EXPECT_NEAR(incomplete_beta(407, 165, 0.5) / 3.9826643304609197e-25, 1, 1e-10);
}

TEST(StudentT, EqualsClosedFormsOfOneAndTwoDegreesOfFreedom) {
  for (const double t : {0.1, 0.5, 1.0, 3.0, 40.0}) {
    EXPECT_NEAR(student_t_p(t, 1), 1 - 2 / M_PI * std::atan(t), 1e-12);
    EXPECT_NEAR(student_t_p(-t, 2), 1 - t / std::sqrt(2 + t * t), 1e-12);
  }
  EXPECT_EQ(student_t_p(0, 5), 1);
}

// scipy 1.17.1: 2 * scipy.stats.t.sf(abs(t), df) and scipy.stats.t.ppf(p, df)
TEST(StudentT, EqualsScipy) {
  EXPECT_NEAR(student_t_p(3.5, 4), 0.024896163460222748, 1e-12);
  EXPECT_NEAR(student_t_p(-1.3, 49), 0.19968313192055584, 1e-12);
  EXPECT_NEAR(student_t_quantile(0.975, 4), 2.7764451051977934, 1e-9);
  EXPECT_NEAR(student_t_quantile(0.995, 30), 2.7499956535672254, 1e-9);
  EXPECT_NEAR(student_t_quantile(0.6, 3.5), 0.27326545405577973, 1e-9);
}

TEST(StudentT, QuantileInvertsTheTail) {
  for (const double freedom : {1.0, 2.0, 4.0, 29.0, 1000.0})
    for (const double p : {0.55, 0.9, 0.975, 0.9999}) {
      EXPECT_NEAR(1 - student_t_p(student_t_quantile(p, freedom), freedom) / 2, p, 1e-12);
      EXPECT_NEAR(student_t_quantile(1 - p, freedom), -student_t_quantile(p, freedom), 1e-6);
    }
}

TEST(NormalQuantile, EqualsTabulatedValues) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-12);
  EXPECT_NEAR(normal_quantile(0.1), -normal_quantile(0.9), 1e-12);
}

// scipy 1.17.1: scipy.stats.binomtest(k, n).proportion_ci(confidence, method="wilson")
TEST(WilsonInterval, EqualsScipy) {
  EXPECT_NEAR(wilson_interval(61, 113, 0.95).low, 0.44813144015193007, 1e-12);
  EXPECT_NEAR(wilson_interval(61, 113, 0.95).high, 0.6288960130383923, 1e-12);
  EXPECT_NEAR(wilson_interval(61, 113, 0.90).low, 0.46267151345878843, 1e-12);
  EXPECT_NEAR(wilson_interval(0, 10, 0.95).high, 0.27753279986288926, 1e-12);
}

// The ends are the p where the score test just rejects: (share - p)^2 = z^2 p (1 - p) / n.
TEST(WilsonInterval, EndsSolveTheScoreEquation) {
  const double z = normal_quantile(0.975);
  for (const int64_t k : {1, 7, 40, 99}) {
    const Interval interval = wilson_interval(k, 100, 0.95);
    for (const double p : {interval.low, interval.high})
      EXPECT_NEAR(std::pow(static_cast<double>(k) / 100 - p, 2), z * z * p * (1 - p) / 100, 1e-12);
  }
  EXPECT_EQ(wilson_interval(0, 10, 0.95).low, 0);
  EXPECT_EQ(wilson_interval(10, 10, 0.95).high, 1);
  EXPECT_TRUE(std::isnan(wilson_interval(0, 0, 0.95).low));
}

TEST(McNemarExact, IsTwiceTheBinomialTail) {
  EXPECT_DOUBLE_EQ(mcnemar_exact(0, 5), 2.0 / 32);
  EXPECT_NEAR(mcnemar_exact(1, 5), 2 * (1 + 6) / 64.0, 1e-15);
  EXPECT_EQ(mcnemar_exact(7, 7), 1);
  EXPECT_EQ(mcnemar_exact(0, 0), 1);
  EXPECT_EQ(mcnemar_exact(1, 0), 1);
}

// scipy 1.17.1: scipy.stats.binomtest(fixed, fixed + broken).pvalue
TEST(McNemarExact, EqualsScipy) {
  EXPECT_NEAR(mcnemar_exact(407, 164) / 7.9653286609218395e-25, 1, 1e-10);
  EXPECT_NEAR(mcnemar_exact(6, 17), 0.03468966484069824, 1e-12);
  EXPECT_NEAR(mcnemar_exact(32, 22), 0.22032849417661093, 1e-12);
}

// scipy 1.17.1: scipy.stats.ttest_1samp([8.7, 8.7, 5.6, 2.1, 1.7], 0)
TEST(MeanTest, EqualsScipy) {
  const double gains[] = {8.7, 8.7, 5.6, 2.1, 1.7};
  const MeanTest test = mean_test(gains, 0.95);
  EXPECT_NEAR(test.mean, 5.36, 1e-12);
  EXPECT_NEAR(test.p, 0.02446515518828643, 1e-12);
  EXPECT_NEAR(test.interval.low, 1.1314093884035943, 1e-9);
  EXPECT_NEAR(test.interval.high, 9.588590611596405, 1e-9);
}

TEST(MeanTest, SaysNothingWithoutSpread) {
  const double same[] = {0.02, 0.02, 0.02};
  EXPECT_DOUBLE_EQ(mean_test(same, 0.95).mean, 0.02);
  EXPECT_TRUE(std::isnan(mean_test(same, 0.95).p));
  EXPECT_TRUE(std::isnan(mean_test({same, 1}, 0.95).interval.low));
  EXPECT_TRUE(std::isnan(mean_test({}, 0.95).mean));
}

// Worked by hand: sorted .01 x 4, .02 x 3, .03 x 2, .04 x 1, made monotone.
TEST(ClusteredMeanTest, OfClustersOfEqualSizeIsTheTestOfTheirMeans) {
  const double sums[] = {3, 6, 1.5, 9}, means[] = {1, 2, 0.5, 3};
  const int32_t three[] = {3, 3, 3, 3};
  const MeanTest clustered = clustered_mean_test(sums, three, 0.9), plain = mean_test(means, 0.9);
  EXPECT_NEAR(clustered.mean, plain.mean, 1e-14);
  EXPECT_NEAR(clustered.interval.low, plain.interval.low, 1e-12);
  EXPECT_NEAR(clustered.interval.high, plain.interval.high, 1e-12);
  EXPECT_NEAR(clustered.p, plain.p, 1e-12);
}

TEST(ClusteredMeanTest, WeighsClustersByTheirSizeAndLeavesOutEmptyOnes) {
  // Mean 5/4; both clusters are 3/4 off; the error is sqrt(2 x 2 x 9/16) / 4 = 3/8, with one degree of
  // freedom, of which Student's t is Cauchy's.
  const double sums[] = {2, 0, 3};
  const int32_t counts[] = {1, 0, 3};
  const MeanTest test = clustered_mean_test(sums, counts, 0.5);
  EXPECT_DOUBLE_EQ(test.mean, 1.25);
  EXPECT_NEAR(test.interval.high, 1.25 + 0.375, 1e-12);  // the quartile of Cauchy is 1
  EXPECT_NEAR(test.p, 1 - 2 / std::numbers::pi * std::atan(10.0 / 3), 1e-12);
}

TEST(ClusteredMeanTest, JudgesNothingByOneCluster) {
  const double sum = 3;
  const int32_t count = 4;
  const MeanTest test = clustered_mean_test({&sum, 1}, {&count, 1}, 0.95);
  EXPECT_DOUBLE_EQ(test.mean, 0.75);
  EXPECT_TRUE(std::isnan(test.p) && std::isnan(test.interval.low));
}

TEST(Holm, StepsDownAndStaysMonotone) {
  const double p[] = {0.03, 0.01, undefined, 0.04, 0.02};
  const std::vector<double> adjusted = holm(p);
  EXPECT_NEAR(adjusted[1], 0.04, 1e-15);
  EXPECT_NEAR(adjusted[4], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[0], 0.06, 1e-15);
  EXPECT_NEAR(adjusted[3], 0.06, 1e-15);
  EXPECT_TRUE(std::isnan(adjusted[2]));
}

TEST(Holm, NeverExceedsOne) {
  const double p[] = {0.6, 0.9};
  EXPECT_EQ(holm(p), (std::vector<double>{1, 1}));
}

TEST(Quantile, InterpolatesBetweenOrderStatistics) {
  const double values[] = {1, 2, 4, 8};
  EXPECT_EQ(quantile(values, 0), 1);
  EXPECT_EQ(quantile(values, 1), 8);
  EXPECT_DOUBLE_EQ(quantile(values, 0.5), 3);
}

TEST(Reliability, PutsEveryPredictionIntoTheBinOfItsConfidence) {
  const double confidence[] = {0.2, 0.25, 0.5, 0.51, 1.0, undefined};
  const uint8_t correct[] = {0, 1, 1, 0, 1, 1};
  const auto bins = reliability(confidence, correct, 2);
  EXPECT_EQ(bins[0].n, 3);  // 0.5 belongs to (0, 0.5]
  EXPECT_EQ(bins[1].n, 2);  // a prediction that does not exist belongs nowhere
  EXPECT_NEAR(bins[0].accuracy, 2.0 / 3, 1e-15);
  EXPECT_NEAR(bins[1].confidence, 0.755, 1e-15);
  EXPECT_NEAR(calibration_error(bins), (3 * (2.0 / 3 - 0.95 / 3) + 2 * (0.755 - 0.5)) / 5, 1e-12);
}

TEST(Reliability, OfNothingIsUndefined) {
  EXPECT_TRUE(std::isnan(calibration_error(reliability({}, {}, 15))));
}

}  // namespace
}  // namespace ttt
