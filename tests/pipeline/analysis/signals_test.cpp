#include "pipeline/analysis/signals.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <random>

#include "pipeline/analysis/analysis.h"
#include "pipeline/analysis/rank_correlation.h"
#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

using Values = std::vector<double>;

/// Spearman's correlation by its definition: Pearson's correlation of ranks, each counted one by one.
double slow_spearman(const Values& x, const Values& y) {
  const auto ranks = [](const Values& values) {
    Values found;
    for (const double value : values) {
      double below = 0;
      double equal = 0;
      for (const double other : values) {
        below += other < value;
        equal += other == value;
      }
      found.push_back(below + (equal + 1) / 2);
    }
    return found;
  };
  const Values a = ranks(x);
  const Values b = ranks(y);
  const double n = static_cast<double>(x.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return ab / std::sqrt(aa * bb);
}

TEST(Spearman, IsOneForAnyRisingFunctionAndMinusOneForAnyFallingOne) {
  const Values x = {3, -1, 0.5, 12, 7};
  Values up, down;
  for (const double value : x) {
    up.push_back(std::exp(value));
    down.push_back(-value * value * value);
  }
  EXPECT_DOUBLE_EQ(spearman(x, up), 1);
  EXPECT_DOUBLE_EQ(spearman(x, down), -1);
}

/// Without ties it is 1 - 6 sum d^2 / (n (n^2 - 1)).
TEST(Spearman, EqualsTheClosedFormWithoutTies) {
  const Values x = {1, 2, 3, 4, 5, 6};
  const Values y = {2, 1, 4, 3, 6, 5};  // six differences of 1
  EXPECT_DOUBLE_EQ(spearman(x, y), 1 - 6.0 * 6 / (6 * 35));
}

TEST(Spearman, EqualsItsDefinitionWithTies) {
  std::mt19937 random(3);
  std::uniform_int_distribution<int> few(0, 4);
  for (int repeat = 0; repeat < 50; ++repeat) {
    Values x, y;
    for (int i = 0; i < 30; ++i) {
      x.push_back(few(random));
      y.push_back(few(random) + x.back());
    }
    EXPECT_NEAR(spearman(x, y), slow_spearman(x, y), 1e-12);
  }
}

TEST(Spearman, CountsArePairsWrittenThatOften) {
  std::mt19937 random(4);
  std::uniform_int_distribution<int> few(0, 3);
  Values x, y, many_x, many_y;
  std::vector<int32_t> count;
  for (int i = 0; i < 20; ++i) {
    x.push_back(few(random));
    y.push_back(few(random));
    count.push_back(few(random));
    many_x.insert(many_x.end(), count.back(), x.back());
    many_y.insert(many_y.end(), count.back(), y.back());
  }
  const Ranked of_x(x), of_y(y);
  EXPECT_NEAR(RankCorrelation(of_x, of_y).counted(count), slow_spearman(many_x, many_y), 1e-12);
}

TEST(Spearman, PairsThatAreNotFiniteAreLeftOut) {
  const Values x = {1, undefined, 2, 3, 4};
  const Values y = {1, 0, undefined, 3, 2};
  EXPECT_DOUBLE_EQ(spearman(x, y), spearman(Values{1, 3, 4}, Values{1, 3, 2}));
  const Ranked of_x(x), of_y(y);
  EXPECT_EQ(RankCorrelation(of_x, of_y).size(), 3);
}

/// Pairs with ties, one of which is not finite.
struct TiedPairs {
  Values x, y;
  TiedPairs(int pairs, int values) {
    std::mt19937 random(5);
    std::uniform_int_distribution<int> few(0, values);
    for (int i = 0; i < pairs; ++i) {
      x.push_back(few(random));
      y.push_back(few(random) + x.back());
    }
    x[3] = undefined;
  }
};

/// The correlation is a smooth function of the counts: half of the step from 0 to 2 is the derivative at 1
/// but for a share of one in the number of pairs.
TEST(RankInfluence, IsTheDerivativeByTheCountOfAPair) {
  const TiedPairs pairs(300, 6);
  const Ranked x(pairs.x), y(pairs.y);
  const RankCorrelation correlation(x, y);
  const std::vector<double> influence = correlation.influence();
  for (const size_t pair : {0, 1, 17, 299}) {
    std::vector<int32_t> count(pairs.x.size(), 1);
    count[pair] = 2;
    const double more = correlation.counted(count);
    count[pair] = 0;
    EXPECT_NEAR((more - correlation.counted(count)) / 2, influence[pair], 1e-5);
  }
  EXPECT_EQ(influence[3], 0) << "a pair that is left out";
  EXPECT_NEAR(std::accumulate(influence.begin(), influence.end(), 0.0), 0, 1e-12);
}

TEST(RankInfluence, GivesTheIntervalOfRankingEveryResampleAnew) {
  const TiedPairs pairs(2000, 50);
  const Ranked x(pairs.x), y(pairs.y);
  const RankCorrelation correlation(x, y);
  const LinearStatistic linear{correlation.plain(), correlation.influence()};
  std::vector<double> anew;
  for (int resample = 0; resample < 400; ++resample)
    anew.push_back(correlation.counted(multiplicities(2000, 1, resample)));
  const Interval exact = percentile_interval(anew, 0.9);
  const Interval found = linear_bootstrap({&linear, 1}, {400, 1, 0.9})[0];
  const double width = exact.high - exact.low;
  EXPECT_NEAR(found.low, exact.low, 0.03 * width);
  EXPECT_NEAR(found.high, exact.high, 0.03 * width);
}

TEST(RankInfluence, IsEmptyWithoutSpread) {
  const Ranked x(Values{1, 1, 1}), y(Values{1, 2, 3});
  EXPECT_TRUE(RankCorrelation(x, y).influence().empty());
}

TEST(Spearman, IsUndefinedWithoutSpread) {
  EXPECT_TRUE(std::isnan(spearman(Values{1, 1, 1}, Values{1, 2, 3})));
  EXPECT_TRUE(std::isnan(spearman(Values{}, Values{})));
}

/// One model and one sample a base image, whose source entropy and fall of the main loss are normal with
/// correlation `r`.
Results correlated(int bases, double r, unsigned seed) {
  Results results = blank_results(1, bases, {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 41});
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  for (int row = 0; row < bases; ++row) {
    const double entropy = normal(random);
    const double fall = r * entropy + std::sqrt(1 - r * r) * normal(random);
    method.records[0].entropy[row * 2] = static_cast<float>(entropy);
    method.records[0].main_loss[row * 2] = 5;
    method.records[0].main_loss[row * 2 + 1] = static_cast<float>(5 - fall);
  }
  results.methods.push_back(method);
  return results;
}

Slice everything(const Results& results) {
  Slice slice{{}, results.sample};
  for (size_t model = 0; model < results.model.size(); ++model)
    slice.models.push_back(static_cast<int>(model));
  return slice;
}

/// More pairs than are ranked anew in every resample.
TEST(Signals, OfManyPairsHaveTheIntervalOfTheirInfluence) {
  const Results results = correlated(31'000, 0.5, 7);
  const Signal entropy = signals_of(results, everything(results), results.methods[0], {200, 1, 0.9})[0];
  const double truth = 6 / std::acos(-1.0) * std::asin(0.25);
  EXPECT_NEAR(entropy.with_loss, truth, 0.02);
  // The error of a correlation of normal pairs: about (1 - r^2) / sqrt(n), 6 % more for ranks.
  const double width = 2 * 1.645 * 1.06 * (1 - truth * truth) / std::sqrt(31'000.0);
  EXPECT_NEAR(entropy.with_loss_interval.high - entropy.with_loss_interval.low, width, 0.25 * width);
}

/// Of normal pairs with correlation r Spearman's is 6 / pi asin(r / 2) (Kendall and Gibbons, 1990).
TEST(Signals, TheIntervalCoversTheTruthAsOftenAsItSays) {
  const double r = 0.5;
  const double truth = 6 / std::acos(-1.0) * std::asin(r / 2);
  int covered = 0;
  constexpr int runs = 100;
  for (int run = 0; run < runs; ++run) {
    const Results results = correlated(80, r, static_cast<unsigned>(run));
    const Signal entropy = signals_of(results, everything(results), results.methods[0], {200, 1, 0.9})[0];
    covered += entropy.with_loss_interval.low <= truth && truth <= entropy.with_loss_interval.high;
  }
  EXPECT_GE(covered, 80);  // 90 expected; fewer than 80 in one of a thousand sets of runs
  EXPECT_LE(covered, 99);
}

TEST(Signals, AreRankedWithinEachModel) {
  Results results = blank_results(2, 4, {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 41});
  for (int model = 0; model < 2; ++model)
    for (int row = 0; row < 4; ++row) {  // rising within a model, lower in the model of higher entropies
      method.records[model].entropy[row * 2] = static_cast<float>(row + 10 * model);
      method.records[model].main_loss[row * 2 + 1] = static_cast<float>(-row + 100 * model);
    }
  const Signal entropy = signals_of(results, everything(results), method, {})[0];
  EXPECT_EQ(entropy.name, "entropy of the source prediction");
  EXPECT_DOUBLE_EQ(entropy.with_loss, 1);
  EXPECT_EQ(entropy.cells, 8);
}

TEST(Signals, OnlyKeptColumnsAreThereAndTheGradientsSayThatTheyUseLabels) {
  Results results = blank_results(1, 4, {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 41});
  const auto names = [&] {
    std::vector<std::string> labelled;
    size_t count = 0;
    for (const Signal& signal : signals_of(results, everything(results), method, {})) {
      ++count;
      if (signal.uses_label) labelled.push_back(signal.name);
    }
    return std::pair(count, labelled);
  };
  const auto [few, none] = names();
  EXPECT_TRUE(none.empty());
  keep_column(method.records[0], &Records::grad_cos);
  keep_column(method.records[0], &Records::auxiliary_confidence);
  const auto [more, one] = names();
  EXPECT_EQ(more, few + 2);
  EXPECT_EQ(one, (std::vector<std::string>{"cosine of main and auxiliary gradient"}));
}

TEST(EntropyBins, HoldEveryCellOnceAndNeverPartEqualOnes) {
  const Results results = correlated(83, 0.3, 1);
  const auto bins = gain_by_entropy(results, everything(results), results.methods[0], {});
  ASSERT_EQ(bins.size(), entropy_bins);
  int64_t n = 0;
  for (size_t i = 0; i < bins.size(); ++i) {
    n += bins[i].n;
    EXPECT_NEAR(static_cast<double>(bins[i].n), 83.0 / entropy_bins, 1);
    if (i > 0) {
      EXPECT_GT(bins[i].low, bins[i - 1].high);
    }
  }
  EXPECT_EQ(n, 83);
  Results equal = correlated(20, 0.3, 1);
  for (float& entropy : equal.methods[0].records[0].entropy) entropy = 1;
  EXPECT_EQ(gain_by_entropy(equal, everything(equal), equal.methods[0], {}).size(), 1);
}

TEST(EntropyBins, TheirGainsSumToThatOfTheSection) {
  const Analysis analysis = analyse(SyntheticRun(3, 12).results(), {});
  const Section& section = analysis.sections[0];
  ASSERT_FALSE(section.signals.empty());
  double flips = 0;
  for (const EntropyBin& bin : section.entropy_bins) flips += bin.gain * static_cast<double>(bin.n);
  const Effect& gain = curve_of(section, *analysis.under_test).points.back().gain;
  EXPECT_NEAR(flips, static_cast<double>(gain.better - gain.worse), 1e-9);
}

}  // namespace
}  // namespace ttt
