#include "kernels/shifts/poisson.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace ttt {
namespace {

double log_probability(int k, double rate) { return k * std::log(rate) - rate - std::lgamma(k + 1.0); }

class PoissonRate : public testing::TestWithParam<double> {};

/// Each number owns one interval of u as long as its probability: a regular grid of u counts it out.
TEST_P(PoissonRate, GivesEveryNumberItsProbability) {
  const double rate = GetParam();
  const int grid = 200000;
  std::map<int, int> count;
  for (int i = 0; i < grid; ++i) ++count[poisson(rate, (i + 0.5) / grid)];
  for (const auto& [k, n] : count) {
    const double expected = grid * std::exp(log_probability(k, rate));
    EXPECT_NEAR(n, expected, 1.001) << "P(" << k << ")";
  }
}

TEST_P(PoissonRate, GivesTheModeItsProbabilityToNineDigits) {
  const int mode = static_cast<int>(GetParam());
  const double probability = std::exp(log_probability(mode, GetParam()));
  EXPECT_EQ(poisson(GetParam(), probability * (1 - 1e-9)), mode);
  EXPECT_NE(poisson(GetParam(), probability * (1 + 1e-9)), mode);
}

INSTANTIATE_TEST_SUITE_P(SmallAndLarge, PoissonRate,
                         testing::Values(0.02, 0.7, 1.0, 3.5, 9.99, 10.0, 49.3, 500.0, 2e4));

TEST(Poisson, OfRateZeroIsZero) {
  EXPECT_EQ(poisson(0, 0.0), 0);
  EXPECT_EQ(poisson(0, 1 - 0x1p-53), 0);
}

TEST(Poisson, EndsForTheLargestUniform) {
  for (double rate : {1e-9, 0.5, 10.0, 500.0}) EXPECT_GE(poisson(rate, 1 - 0x1p-53), 0) << rate;
}

TEST(Poisson, OfADrawHasMeanAndVarianceEqualToTheRate) {
  const Draw draw(9, Purpose::shift, 1);
  const double rate = 37.5;
  const int n = 20000;
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < n; ++i) {
    const double k = poisson(rate, draw, i);
    sum += k;
    squares += (k - rate) * (k - rate);
  }
  EXPECT_NEAR(sum / n, rate, 4 * std::sqrt(rate / n));
  EXPECT_NEAR(squares / n, rate, 4 * rate * std::sqrt(2.0 / n));
}

}  // namespace
}  // namespace ttt
