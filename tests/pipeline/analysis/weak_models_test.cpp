#include "pipeline/analysis/weak_models.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ttt {
namespace {

std::vector<std::string> names_of(const std::vector<ModelScore>& scores, double chance) {
  std::vector<std::string> names;
  for (const WeakModel& weak : weak_models(scores, chance)) names.push_back(weak.model);
  return names;
}

TEST(BinomialTail, IsTheSumOfItsTerms) {
  const int n = 12;
  const double p = 0.3;
  double tail = 0;
  for (int k = n; k >= 0; --k) {
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1)) * std::pow(p, k) *
            std::pow(1 - p, n - k);
    EXPECT_NEAR(binomial_tail(k, n, p), tail, 1e-12) << k;
  }
}

TEST(WeakModels, OneAtChanceIsOne) {
  EXPECT_EQ(names_of({{"a", 52, 500}}, 0.1), std::vector<std::string>{"a"});
  EXPECT_TRUE(names_of({{"a", 100, 500}}, 0.1).empty());
}

TEST(WeakModels, OneFarBehindTheOthersIsOne) {
  // 23.7 % beside 76.8 %, ten classes: far above chance, and yet no model to average in.
  EXPECT_EQ(names_of({{"a", 768, 1000}, {"b", 237, 1000}}, 0.1), std::vector<std::string>{"b"});
}

TEST(WeakModels, ModelsThatDifferAsTrainingsDoAreNone) {
  EXPECT_TRUE(names_of({{"a", 536, 1000}, {"b", 480, 1000}, {"c", 590, 1000}}, 0.1).empty());
}

TEST(WeakModels, ManySamplesOfOneClassRaiseChance) {
  EXPECT_EQ(names_of({{"a", 700, 1000}}, 0.7), std::vector<std::string>{"a"});
}

TEST(WeakModels, NothingIsSaidOfAModelWithoutSamples) {
  EXPECT_TRUE(names_of({{"a", 0, 0}, {"b", 80, 100}}, 0.1).empty());
}

TEST(WeakModels, TheSentenceNamesAllThreeFigures) {
  const std::string text = weak_model_text({"small-2", 0.237, 0.1, false, 0.768});
  for (const char* part : {"small-2", "23.7 %", "10.0 %", "76.8 %"})
    EXPECT_NE(text.find(part), std::string::npos) << text;
}

}  // namespace
}  // namespace ttt
