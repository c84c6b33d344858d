#include "pipeline/policies/logistic.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/draw.h"

namespace ttt {
namespace {

/// Three drawn inputs; the truth is the side of a plane on which they lie, or drawn.
LogisticData drawn_data(int rows, double noise) {
  LogisticData data;
  for (int i = 0; i < rows; ++i) {
    const Draw draw(3, Purpose::shift, static_cast<uint64_t>(i));
    data.inputs.push_back({draw.normal(0), draw.normal(1), draw.normal(2)});
    const auto& x = data.inputs.back();
    data.truth.push_back(x[0] - 2 * x[1] + 0.5 + noise * draw.normal(3) > 0);
  }
  return data;
}

TEST(Logistic, RecoversASeparableRule) {
  const LogisticData data = drawn_data(200, 0);
  const std::vector<double> c = fit_logistic(data, 3, 1e-6);
  for (size_t i = 0; i < data.inputs.size(); ++i)
    EXPECT_EQ(linear_score(c, data.inputs[i]) > 0, data.truth[i] != 0) << i;
}

TEST(Logistic, HasNoGradientAtItsOptimum) {
  const LogisticData data = drawn_data(200, 1.5);
  for (const double penalty : {1e-3, 1.0, 100.0}) {
    const std::vector<double> c = fit_logistic(data, 3, penalty);
    for (size_t j = 0; j < c.size(); ++j) {
      double gradient = penalty * c[j];
      for (size_t i = 0; i < data.inputs.size(); ++i) {
        const double p = 1 / (1 + std::exp(-linear_score(c, data.inputs[i])));
        gradient += (p - data.truth[i]) * (j == 0 ? 1 : data.inputs[i][j - 1]);
      }
      EXPECT_NEAR(gradient, 0, 1e-9) << "penalty " << penalty << " coefficient " << j;
      EXPECT_NE(c[j], 0);
    }
  }
}

TEST(Logistic, WithoutInputsIsTheLogarithmOfTheOdds) {
  LogisticData data{std::vector<std::vector<double>>(40), std::vector<uint8_t>(40, 0)};
  for (int i = 0; i < 30; ++i) data.truth[i] = 1;
  EXPECT_NEAR(fit_logistic(data, 0, 1e-9)[0], std::log(3), 1e-8);
}

TEST(Logistic, OfNothingSaysNothing) {
  EXPECT_EQ(fit_standardised_logistic({}, 3, 1), std::vector<double>(4, 0));
}

TEST(StandardisedLogistic, ScoresDoNotDependOnTheUnitsOfItsInputs) {
  const LogisticData data = drawn_data(100, 1.5);
  LogisticData scaled = data;
  for (auto& x : scaled.inputs) x = {1000 * x[0] + 5, x[1] / 50 - 3, -x[2]};
  const std::vector<double> a = fit_standardised_logistic(data, 3, 1);
  const std::vector<double> b = fit_standardised_logistic(scaled, 3, 1);
  for (size_t i = 0; i < data.inputs.size(); ++i)
    EXPECT_NEAR(linear_score(a, data.inputs[i]), linear_score(b, scaled.inputs[i]), 1e-8) << i;
}

TEST(StandardisedLogistic, LivesWithAnInputThatIsConstant) {
  LogisticData data = drawn_data(100, 0);
  for (auto& x : data.inputs) x[2] = 7;
  for (const double c : fit_standardised_logistic(data, 3, 1)) EXPECT_TRUE(std::isfinite(c));
}

}  // namespace
}  // namespace ttt
