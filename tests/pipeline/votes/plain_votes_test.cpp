#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/scores/prediction.h"
#include "pipeline/scores/tally.h"
#include "tests/pipeline/votes/ballot_box.h"

namespace ttt {
namespace {

/// Most votes, then the larger mean probability, by sorting.
int most_voted(const BallotBox& box) {
  const std::vector<int> votes = counts(box);
  const std::vector<double> mean = mean_probability(box);
  std::vector<std::pair<int, double>> score;
  for (size_t c = 0; c < votes.size(); ++c) score.emplace_back(votes[c], mean[c]);
  return static_cast<int>(std::ranges::max_element(score) - score.begin());
}

TEST(MeanVote, IsTheLikeliestClassOfTheMeanProbability) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const BallotBox box = drawn_box(seed, 5, 4);
    const std::vector<double> mean = mean_probability(box);
    const Verdict verdict = decide("mean", box);
    EXPECT_EQ(verdict.predicted, argmax(mean));
    for (int c = 0; c < 4; ++c) EXPECT_NEAR(verdict.logits[c], std::log(mean[c]), 1e-6);
  }
}

TEST(MeanVote, GivesTheFirstOfEquals) {
  EXPECT_EQ(decide("mean", box_of({{0.2, 0.4, 0.4}, {0.2, 0.4, 0.4}})).predicted, 1);
}

// The results of earlier versions hold these bytes: the sum of double softmaxes in the order of ballots.
TEST(MeanVote, AddsProbabilitiesInTheOrderOfBallots) {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const BallotBox box = drawn_box(seed, 7, 3, 20);
    const Verdict verdict = decide("mean", box);
    for (int c = 0; c < 3; ++c) {
      double sum = 0;
      for (const auto& row : box.rows) sum += softmax(row)[c];
      EXPECT_EQ(verdict.logits[c], static_cast<float>(std::log(std::max(sum / 7, 1e-38))));
    }
  }
}

TEST(MajorityVote, IsTheClassWithMostVotesThenTheLikelierOne) {
  int ties = 0;
  for (uint64_t seed = 0; seed < 300; ++seed) {
    const BallotBox box = drawn_box(seed, 6, 3);
    const Verdict verdict = decide("majority", box);
    EXPECT_EQ(verdict.predicted, most_voted(box)) << seed;
    EXPECT_EQ(verdict.logits, decide("mean", box).logits) << "scores are those of the mean";
    const std::vector<int> votes = counts(box);
    ties += std::ranges::count(votes, std::ranges::max(votes)) > 1;
  }
  EXPECT_GT(ties, 20) << "ties were tried";
}

TEST(MajorityVote, DoesNotWeighHowSureTheVotesAre) {
  EXPECT_EQ(decide("majority", box_of({vote_for(0, 0.99), vote_for(1, 0.4), vote_for(1, 0.4)})).predicted, 1);
}

TEST(Tally, LeadsByTheVotesBetweenTheFirstAndTheSecond) {
  Tally tally(3);
  EXPECT_EQ(tally.lead(), 0);
  const BallotBox box = box_of({vote_for(2, 0.5), vote_for(0, 0.6), vote_for(2, 0.7), vote_for(2, 0.8)});
  std::vector<double> leads;
  for (const auto& row : box.rows) {
    tally.add(row);
    leads.push_back(tally.lead());
  }
  EXPECT_EQ(leads, (std::vector<double>{1, 0, 1, 2}));
}

TEST(Tally, CountsAWeightOfTwoAsTwoVotes) {
  const BallotBox box = drawn_box(1, 3, 3);
  Tally weighted(3), repeated(3);
  for (int v = 0; v < 3; ++v) {
    weighted.add(box.rows[v], v == 1 ? 2 : 1);
    for (int times = 0; times < (v == 1 ? 2 : 1); ++times) repeated.add(box.rows[v]);
  }
  for (int c = 0; c < 3; ++c) {
    EXPECT_EQ(weighted.votes(c), repeated.votes(c));
    EXPECT_NEAR(weighted.mean_logits()[c], repeated.mean_logits()[c], 1e-6);
  }
}

}  // namespace
}  // namespace ttt
