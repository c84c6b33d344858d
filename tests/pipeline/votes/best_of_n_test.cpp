#include <gtest/gtest.h>

#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

// Each is the surest by another signal: 0 by its confidence, 1 by its margin, 2 by its entropy.
const BallotBox three =
    box_of({{0.56, 0.43, 0.005, 0.005}, {0.1, 0.52, 0.19, 0.19}, {0.003, 0.003, 0.497, 0.497}});

TEST(BestOfN, FollowsItsSignal) {
  EXPECT_EQ(decide("best_of_n", three).predicted, 0);
  EXPECT_EQ(decide("best_of_n", three, {{"signal", "confidence"}}).predicted, 0);
  EXPECT_EQ(decide("best_of_n", three, {{"signal", "margin"}}).predicted, 1);
  EXPECT_EQ(decide("best_of_n", three, {{"signal", "entropy"}}).predicted, 2);
}

TEST(BestOfN, ReversedTakesTheLeastSure) {
  EXPECT_EQ(decide("best_of_n", three, {{"reversed", true}}).predicted, 2) << "0.497";
  EXPECT_EQ(decide("best_of_n", three, {{"signal", "margin"}, {"reversed", true}}).predicted, 2) << "0";
  EXPECT_EQ(decide("best_of_n", three, {{"signal", "entropy"}, {"reversed", true}}).predicted, 1);
}

TEST(BestOfN, HasTheSameOrderByEverySignalOfTwoClasses) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 8, 2);
    for (const bool reversed : {false, true}) {
      const auto by = [&](std::string_view signal) {
        return decide("best_of_n", box, {{"signal", signal}, {"reversed", reversed}}).logits;
      };
      EXPECT_EQ(by("confidence"), by("margin"));
      EXPECT_EQ(by("confidence"), by("entropy"));
    }
  }
}

TEST(BestOfN, IsNeverLessConfidentThanAnyBallot) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 8, 5);
    const double best = std::ranges::max(probability(decide("best_of_n", box).logits));
    const double worst = std::ranges::max(probability(decide("best_of_n", box, {{"reversed", true}}).logits));
    for (const auto& row : box.rows) {
      EXPECT_GE(best + 1e-6, std::ranges::max(probability(row)));
      EXPECT_LE(worst - 1e-6, std::ranges::max(probability(row)));
    }
  }
}

TEST(BestOfN, TakesTheFirstOfEquals) {
  const BallotBox equal(
      {{0, 3}, {3, 0}, {0, 3}});  // to the last bit, which the order of three classes changes
  for (const bool reversed : {false, true})
    for (const std::string_view signal : {"confidence", "margin", "entropy"})
      EXPECT_EQ(decide("best_of_n", equal, {{"signal", signal}, {"reversed", reversed}}).predicted, 1)
          << signal;
}

}  // namespace
}  // namespace ttt
