#include "pipeline/votes/registry.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

/// Every rule, with defaults and with each other behaviour.
std::vector<Chosen> all_rules() {
  std::vector<Chosen> rules;
  for (const VoteRule* rule : vote_rules()) rules.push_back(choose(vote_alternatives(), rule->name));
  for (const std::string_view signal : {"margin", "entropy"})
    rules.push_back(chosen("best_of_n", {{"signal", signal}}));
  rules.push_back(chosen("best_of_n", {{"reversed", true}}));
  rules.push_back(chosen("zero", {{"share", 1.0}}));
  rules.push_back(chosen("confidence_weighted", {{"drop", 0.9}}));
  rules.push_back(chosen("entropy_weighted", {{"temperature", 0.01}}));
  rules.push_back(chosen("sequential", {{"lead", 2}}));
  return rules;
}

TEST(VoteRules, HaveNamesOfTheirOwnSourcesAndValidDefaults) {
  std::set<std::string_view> names;
  for (const VoteRule* rule : vote_rules()) {
    EXPECT_TRUE(names.insert(rule->name).second) << rule->name;
    EXPECT_FALSE(rule->summary.empty() || rule->source.empty()) << rule->name;
    EXPECT_NO_THROW(rule->options().validate()) << rule->name;
    EXPECT_EQ(&vote_rule_of(choose(vote_alternatives(), rule->name)), rule);
  }
  EXPECT_THROW(vote_rule_of({"none", {}}), Error);
}

TEST(VoteRules, RefuseValuesThatMeanNothing) {
  EXPECT_THROW(chosen("zero", {{"share", 0.0}}), OptionError);
  EXPECT_THROW(chosen("zero", {{"share", 1.1}}), OptionError);
  EXPECT_THROW(chosen("confidence_weighted", {{"drop", 1.0}}), OptionError);
  EXPECT_THROW(chosen("entropy_weighted", {{"temperature", 0.0}}), OptionError);
  EXPECT_THROW(chosen("sequential", {{"lead", -1}}), OptionError);
}

TEST(VoteRules, RepeatTheOnlyBallot) {
  for (const Chosen& rule : all_rules()) {
    for (uint64_t seed = 0; seed < 50; ++seed) {
      const BallotBox box = drawn_box(seed, 1, 5);
      const Verdict verdict = decide(rule, box);
      const std::vector<double> p = probability(box.rows[0]);
      EXPECT_EQ(verdict.predicted, argmax(p)) << rule.name;
      EXPECT_EQ(verdict.cast, 1) << rule.name;
      for (int c = 0; c < 5; ++c) EXPECT_NEAR(verdict.logits[c], std::log(p[c]), 1e-6) << rule.name;
    }
  }
}

TEST(VoteRules, RepeatWhatAllBallotsSayAlike) {
  for (const Chosen& rule : all_rules()) {
    const BallotBox one = drawn_box(3, 1, 4);
    const Verdict alone = decide(rule, one), many = decide(rule, std::vector(7, one.rows[0]));
    EXPECT_EQ(many.predicted, alone.predicted) << rule.name;
    EXPECT_LT(distance(many, alone), 1e-6) << rule.name;
  }
}

// Whoever stops early depends on the order of the ballots, though not in the class (sequential_test.cpp).
TEST(VoteRules, DoNotDependOnTheOrderOfBallots) {
  for (const Chosen& rule : all_rules()) {
    if (rule.name == "sequential") continue;
    for (uint64_t seed = 0; seed < 200; ++seed) {
      const BallotBox box = drawn_box(seed, 6, 3);
      const Verdict one = decide(rule, box), other = decide(rule, backwards(box));
      EXPECT_EQ(one.predicted, other.predicted) << rule.name << " " << seed;
      EXPECT_LT(distance(one, other), 1e-6) << rule.name << " " << seed;
    }
  }
}

TEST(VoteRules, ChargeEveryBallotThatWasMade) {
  for (const Chosen& rule : all_rules()) {
    if (rule.name == "sequential") continue;
    EXPECT_EQ(decide(rule, drawn_box(1, 9, 3)).cast, 9) << rule.name;
  }
}

TEST(VoteRules, GiveFiniteLogitsForAnyFiniteBallots) {
  constexpr float most = std::numeric_limits<float>::max();
  const BallotBox extremes({{most, -most, 0}, {-most, most, 0}, {0, 0, 0}, {most, most, -most}});
  for (const Chosen& rule : all_rules())
    for (const float z : decide(rule, extremes).logits) EXPECT_TRUE(std::isfinite(z)) << rule.name;
}

}  // namespace
}  // namespace ttt
