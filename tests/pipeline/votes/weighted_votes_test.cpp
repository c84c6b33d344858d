#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

double confidence(const std::vector<float>& logits) { return std::ranges::max(probability(logits)); }

double entropy(const std::vector<float>& logits) {
  double sum = 0;
  for (const double p : probability(logits)) sum -= p * std::log(p);
  return sum;
}

/// Mean probabilities with a weight for each ballot.
template <typename Weight>
std::vector<double> weighted_mean(const BallotBox& box, Weight weight) {
  std::vector<double> mean(box.rows[0].size());
  double sum = 0;
  for (const auto& row : box.rows) {
    sum += weight(row);
    for (size_t c = 0; c < mean.size(); ++c) mean[c] += weight(row) * probability(row)[c];
  }
  for (double& value : mean) value /= sum;
  return mean;
}

TEST(ConfidenceWeightedVote, AddsConfidencesAClass) {
  int unlike_majority = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const BallotBox box = drawn_box(seed, 6, 4);
    std::vector<double> weight(4);
    for (const auto& row : box.rows) weight[argmax(probability(row))] += confidence(row);
    const Verdict verdict = decide("confidence_weighted", box, {{"drop", 0.0}});
    EXPECT_EQ(verdict.predicted, argmax(weight)) << seed;
    const std::vector<double> mean = weighted_mean(box, confidence);
    for (int c = 0; c < 4; ++c) EXPECT_NEAR(verdict.logits[c], std::log(mean[c]), 1e-5);
    unlike_majority += verdict.predicted != decide("majority", box).predicted;
  }
  EXPECT_GT(unlike_majority, 3);
}

TEST(ConfidenceWeightedVote, OfEquallySureBallotsIsTheMajority) {
  const BallotBox box = box_of({vote_for(0, 0.6), vote_for(1, 0.6), vote_for(1, 0.6), vote_for(2, 0.6)});
  EXPECT_EQ(decide("confidence_weighted", box, {{"drop", 0.0}}).predicted, 1);
}

TEST(ConfidenceWeightedVote, LetsSureMinoritiesWin) {
  const BallotBox box = box_of({vote_for(0, 0.95), vote_for(1, 0.4), vote_for(1, 0.45)});
  EXPECT_EQ(decide("majority", box).predicted, 1);
  EXPECT_EQ(decide("confidence_weighted", box, {{"drop", 0.0}}).predicted, 0);
}

TEST(ConfidenceWeightedVote, DropsTheLeastConfidentShare) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    BallotBox box = drawn_box(seed, 10, 3);
    const Verdict verdict = decide("confidence_weighted", box, {{"drop", 0.3}});
    std::ranges::sort(box.rows, std::greater{}, confidence);
    const Verdict surest = decide("confidence_weighted", first(box, 7), {{"drop", 0.0}});
    EXPECT_EQ(verdict.predicted, surest.predicted);
    EXPECT_EQ(verdict.logits, surest.logits);
  }
}

TEST(ConfidenceWeightedVote, OfTheLastThatIsNotDroppedIsBestOfN) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 5, 3);
    for (const double drop : {0.8, 0.99999999999})
      EXPECT_LT(distance(decide("confidence_weighted", box, {{"drop", drop}}), decide("best_of_n", box)),
                1e-6);
  }
}

TEST(EntropyWeightedVote, WeighsByTheExponentialOfMinusEntropy) {
  for (const double temperature : {0.3, 1.0, 5.0}) {
    for (uint64_t seed = 0; seed < 100; ++seed) {
      const BallotBox box = drawn_box(seed, 5, 4);
      const std::vector<double> mean =
          weighted_mean(box, [&](const auto& row) { return std::exp(-entropy(row) / temperature); });
      const Verdict verdict = decide("entropy_weighted", box, {{"temperature", temperature}});
      EXPECT_EQ(verdict.predicted, argmax(mean));
      for (int c = 0; c < 4; ++c) EXPECT_NEAR(verdict.logits[c], std::log(mean[c]), 1e-5);
    }
  }
}

TEST(EntropyWeightedVote, IsTheMeanAtAHighTemperature) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 8, 4);
    const Verdict hot = decide("entropy_weighted", box, {{"temperature", 1e9}}), mean = decide("mean", box);
    EXPECT_EQ(hot.predicted, mean.predicted);
    EXPECT_LT(distance(hot, mean), 1e-6);
  }
}

TEST(EntropyWeightedVote, IsTheBallotOfLowestEntropyAtALowTemperature) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 8, 4);
    const Verdict cold = decide("entropy_weighted", box, {{"temperature", 1e-300}});
    const Verdict best = decide("best_of_n", box, {{"signal", "entropy"}});
    EXPECT_EQ(cold.predicted, best.predicted);
    EXPECT_EQ(cold.logits, best.logits);
  }
}

}  // namespace
}  // namespace ttt
