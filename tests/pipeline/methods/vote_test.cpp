#include "pipeline/methods/vote_options.h"

#include <gtest/gtest.h>

#include <limits>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/scores/prediction.h"
#include "tests/pipeline/methods/small_job.h"

namespace ttt {
namespace {

struct VoteTest : testing::Test {
  SourceNetwork source = source_network(small_architecture(), initial_weights(small_architecture(), 1));
  TestSetWithImages set = small_set();
  Samples samples = every_sample(set);
  VoteOptions options{.views = 9, .view = {.padding = 1, .flip = false}};
};

TEST_F(VoteTest, OneVoteIsTheSourceModel) {
  const Records vote = evaluate_lanes({"vote", options}, source, samples, 1);
  const Records plain =
      evaluate_lanes({"adapt", AdaptOptions{.steps = 0, .milestones = {}}}, source, samples, 1);
  for (int64_t k = 0; k < 8; ++k) {
    EXPECT_EQ(vote.predicted[k * vote.milestones], plain.predicted[k]);
    EXPECT_NEAR(vote.main_loss[k * vote.milestones], plain.main_loss[k], 1e-6);
  }
}

TEST_F(VoteTest, AllDistinctViewsVoteTheSameInAnyOrder) {
  const Records one = evaluate_lanes({"vote", options}, source, samples, 1),
                two = evaluate_lanes({"vote", options}, source, samples, 2);
  for (int64_t k = 0; k < 8; ++k)
    EXPECT_NEAR(one.main_loss[k * one.milestones + one.milestones - 1],
                two.main_loss[k * two.milestones + two.milestones - 1], 1e-5);
}

TEST_F(VoteTest, ItsMilestonesAreWhatFewerVotesWouldHaveGiven) {
  const Records all = evaluate_lanes({"vote", options}, source, samples, 1);  // 1, 2, 4, 8, 9
  VoteOptions four = options;
  four.views = 4;
  const Records some = evaluate_lanes({"vote", four}, source, samples, 1);
  for (int64_t k = 0; k < 8; ++k)
    EXPECT_EQ(some.predicted[k * some.milestones + 2], all.predicted[k * all.milestones + 2]);
}

TEST_F(VoteTest, PredictionsThatAreNotFiniteAreMarkedUnderEveryRule) {
  auto weights = initial_weights(small_architecture(), 1);
  weights.at("main.linear.bias").values[0] = std::numeric_limits<float>::infinity();
  for (const Alternative& rule : vote_alternatives()) {
    options.rule = choose(vote_alternatives(), rule.name);
    const Records r =
        evaluate_lanes({"vote", options}, source_network(small_architecture(), weights), samples, 1);
    EXPECT_EQ(r.status, std::vector<Status>(8, Status::diverged));
    EXPECT_EQ(r.predicted, std::vector<int16_t>(r.predicted.size(), -1));
  }
}

TEST(VoteMilestones, DoubleUpToAllViews) {
  EXPECT_EQ(vote_milestones({.views = 9}), (std::vector{1, 2, 4, 8, 9}));
  EXPECT_EQ(vote_milestones({.views = 8}), (std::vector{1, 2, 4, 8}));
  EXPECT_EQ(vote_milestones({.views = 1}), (std::vector{1}));
}

TEST(RecordPrediction, ComputesEveryScoreOfARow) {
  Records r = empty_records(1, 1, 0, 3);
  const std::vector<float> z = {std::log(0.2f), std::log(0.5f), std::log(0.3f)};
  record_prediction(r, 0, 0, z, 2);
  EXPECT_EQ(r.predicted[0], 1);
  EXPECT_EQ(r.correct[0], 0);
  EXPECT_NEAR(r.main_loss[0], -std::log(0.3), 1e-6);
  EXPECT_NEAR(r.confidence[0], 0.5, 1e-6);
  EXPECT_NEAR(r.margin[0], 0.2, 1e-6);
  EXPECT_NEAR(r.entropy[0], -(0.2 * std::log(0.2) + 0.5 * std::log(0.5) + 0.3 * std::log(0.3)), 1e-6);
}

}  // namespace
}  // namespace ttt
