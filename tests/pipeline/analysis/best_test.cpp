#include "pipeline/analysis/best.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/analysis/analysis.h"
#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

/// A curve of points (cost, accuracy), at milestones 0, 1, ...
Curve curve(int method, const std::vector<std::pair<double, double>>& points) {
  Curve made{method, "", "", {}};
  for (const auto& [cost, accuracy] : points) {
    Point point;
    point.milestone = static_cast<int>(made.points.size());
    point.forward_equivalents = cost;
    point.score.value = accuracy;
    made.points.push_back(point);
  }
  return made;
}

/// "METHOD.POINT" of each candidate.
std::vector<std::string> names(const std::vector<Candidate>& candidates) {
  std::vector<std::string> text;
  for (const Candidate& one : candidates)
    text.push_back(std::to_string(one.method) + "." + std::to_string(one.point));
  return text;
}

std::string best(const std::vector<Role>& roles, const std::vector<Curve>& curves, double budget) {
  const auto front = pareto_front(candidates(roles, curves));
  const auto choice = best_within(front, budget);
  return choice ? names({*choice})[0] : "none";
}

TEST(BestWithin, IsTheMostAccurateThatTheBudgetPays) {
  const std::vector<Role> roles = {Role::adapt, Role::vote};
  const std::vector<Curve> curves = {curve(0, {{1, 0.5}, {20, 0.6}, {40, 0.9}}),
                                     curve(1, {{1, 0.4}, {10, 0.7}, {30, 0.8}})};
  EXPECT_EQ(best(roles, curves, 1), "0.0");
  EXPECT_EQ(best(roles, curves, 9.9), "0.0");
  EXPECT_EQ(best(roles, curves, 10), "1.1");
  EXPECT_EQ(best(roles, curves, 25), "1.1");
  EXPECT_EQ(best(roles, curves, 1000), "0.2");
}

TEST(BestWithin, TiesGoToTheCheaper) {
  const std::vector<Role> roles = {Role::adapt, Role::vote};
  const std::vector<Curve> curves = {curve(0, {{1, 0.5}, {20, 0.75}}), curve(1, {{2, 0.75}, {3, 0.75}})};
  EXPECT_EQ(best(roles, curves, 100), "1.0");
}

TEST(BestWithin, IsNothingBelowOnePrediction) {
  const std::vector<Role> roles = {Role::adapt};
  const std::vector<Curve> curves = {curve(0, {{1, 0.5}, {20, 0.6}})};
  EXPECT_EQ(best(roles, curves, 0.5), "none");
  EXPECT_EQ(best(roles, {}, 100), "none");
}

TEST(BestWithin, APredictionThatRoundingMadeDearerIsStillOne) {
  const std::vector<Role> roles = {Role::adapt};
  EXPECT_EQ(best(roles, {curve(0, {{1 + 1e-12, 0.5}})}, 1), "0.0");
}

TEST(Candidates, OraclesPlacebosAndControlsNeverCompete) {
  for (const Role role : {Role::oracle, Role::placebo, Role::control}) {
    const std::vector<Role> roles = {role, Role::adapt};
    const std::vector<Curve> curves = {curve(0, {{1, 0.99}}), curve(1, {{1, 0.5}})};
    EXPECT_EQ(best(roles, curves, 10), "1.0") << name(role);
  }
}

TEST(Candidates, AreOfAllModelsAndShiftsTogetherAndHaveNumbers) {
  std::vector<Curve> curves = {curve(0, {{1, 0.1}}), curve(0, {{1, 0.9}}), curve(0, {{1, 0.8}}),
                               curve(0, {{undefined, 0.9}, {1, undefined}})};
  curves[1].model = "small-11";
  curves[2].shift = "fog";
  EXPECT_EQ(candidates(std::vector<Role>{Role::vote}, curves).size(), 1);
}

TEST(ParetoFront, OfEqualPointsTheSourceModelStays) {
  const std::vector<Role> roles = {Role::vote, Role::adapt};
  const std::vector<Curve> curves = {curve(0, {{1, 0.5}}), curve(1, {{1, 0.5}})};
  EXPECT_EQ(names(pareto_front(candidates(roles, curves))), (std::vector<std::string>{"1.0"}));
}

/// Against its definition, on coarse values that tie often.
TEST(ParetoFront, HoldsWhatNoCheaperOrEqualOneBeats) {
  std::mt19937 random(5);
  std::uniform_int_distribution<int> few(0, 5);
  for (int repeat = 0; repeat < 200; ++repeat) {
    std::vector<Candidate> all;
    for (int i = 0; i < 12; ++i) all.push_back({i, 0, 1.0 + few(random), 0.1 * few(random), false});
    const auto front = pareto_front(all);
    const auto beats = [](const Candidate& a, const Candidate& b) {
      return a.cost <= b.cost && a.merit >= b.merit &&
             (a.cost < b.cost || a.merit > b.merit || a.method < b.method);
    };
    for (const Candidate& one : all) {
      const bool beaten = std::ranges::any_of(all, [&](const Candidate& other) { return beats(other, one); });
      const bool held =
          std::ranges::any_of(front, [&](const Candidate& other) { return other.method == one.method; });
      EXPECT_NE(beaten, held) << one.method;
    }
    EXPECT_TRUE(std::ranges::is_sorted(front, {}, &Candidate::cost));
  }
}

/// Two votes: one that is right on the split tune only, one that is right on the split report only.
Results two_faced() {
  Results results = blank_results(2, 10, {"blur"});
  for (size_t row = 0; row < 5; ++row) results.split[row] = Split::tune;
  results.methods.push_back(blank_method(results, "source", "adapt", {0}, {1}));
  for (const bool tune : {true, false}) {
    results.methods.push_back(blank_method(results, tune ? "a" : "b", "vote", {4}, {4}));
    for (Records& records : results.methods.back().records)
      for (int64_t row = 0; row < 10; ++row) put(records, row, 0, (row < 5) == tune);
  }
  return results;
}

TEST(Recommendation, IsMadeOnTheSplitTuneWhereThereIsOne) {
  const Analysis analysis = analyse(two_faced(), {});
  ASSERT_EQ(analysis.sections.size(), 2);
  for (const Section& section : analysis.sections) {
    EXPECT_EQ(section.best.chosen_on, Split::tune);
    EXPECT_EQ(analysis.methods[section.best.choices[2]->method].name, "a");
  }
}

TEST(Recommendation, IsMadeOnTheReportedSamplesWhereThereAreNoOthers) {
  Results results = two_faced();
  for (Split& split : results.split) split = Split::report;
  put(results.methods[2].records[0], 0, 0, true);
  const Recommendation best = analyse(results, {}).sections[0].best;
  EXPECT_EQ(best.chosen_on, Split::report);
  EXPECT_EQ(best.competing, 3);
  EXPECT_EQ(best.choices[1]->method, 0);
  EXPECT_EQ(best.choices[2]->method, 2);
}

}  // namespace
}  // namespace ttt
