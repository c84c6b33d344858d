#include "pipeline/methods/adapt_cost.h"

#include <gtest/gtest.h>

#include "pipeline/engine/evaluate.h"
#include "pipeline/methods/vote_options.h"
#include "pipeline/models/resnet.h"

namespace ttt {
namespace {

ResNet reference() {
  ResNet a;
  a.name = "reference";
  return a;
}

// Hand count, multiply-adds of one image (reference.md: 54.7 M): stem 9*3*16*32*32; group 1 eight
// convolutions 9*16*16*1024; group 2 one 9*16*32*256 and seven 9*32*32*256; group 3 one 9*32*64*64 and seven
// 9*64*64*64; linear.
constexpr double stem = 9.0 * 3 * 16 * 1024, group1 = 8 * 9.0 * 16 * 16 * 1024,
                 group2 = 9.0 * 16 * 32 * 256 + 7 * 9.0 * 32 * 32 * 256,
                 group3 = 9.0 * 32 * 64 * 64 + 7 * 9.0 * 64 * 64 * 64;
constexpr double main_macs = stem + group1 + group2 + group3 + 640, auxiliary_macs = main_macs - 640 + 256;

TEST(Cost, OfAForwardPassIsTheHandCount) {
  EXPECT_DOUBLE_EQ(reference().forward_flops(Part::main), 2 * main_macs);
  EXPECT_NEAR(main_macs, 54.7e6, 0.1e6);
}

TEST(Cost, OfABackwardPassIsTwoForwardPassesLessTheInputGradientOfTheStem) {
  EXPECT_DOUBLE_EQ(reference().backward_flops(Part::auxiliary, "all"), 2 * (2 * auxiliary_macs - stem));
}

TEST(Cost, OfNormOnlyAdaptationHasNoWeightGradientsOfConvolutions) {
  EXPECT_DOUBLE_EQ(reference().backward_flops(Part::auxiliary, "norm"), 2 * (auxiliary_macs - stem));
}

TEST(Cost, OfFrozenHeadsLeavesOutTheirWeightGradients) {
  EXPECT_DOUBLE_EQ(reference().backward_flops(Part::auxiliary, "trunk"),
                   2 * (stem + 2 * (group1 + group2) + group3 + 256));
}

TEST(Cost, OfLowRankAdaptationIsThatOfItsWeightsAndThreeProductsAStep) {
  AdaptOptions o{.subset = "low_rank", .rank = 3, .steps = 2, .views_per_step = 5, .milestones = {0, 2}};
  const double pass =
      reference().forward_flops(Part::auxiliary) + reference().backward_flops(Part::auxiliary, "low_rank");
  const double elements =
      9.0 * (3 * 16 + 8 * 16 * 16 + 16 * 32 + 7 * 32 * 32 + 32 * 64 + 7 * 64 * 64) + 64 * 4;
  const double product = 2 * 3 * elements;
  const CostTable table = adapt_cost(o, reference());
  EXPECT_DOUBLE_EQ(table.flops.front(), 2 * main_macs + product);
  EXPECT_DOUBLE_EQ(table.flops.back(), 2 * main_macs + product + 10 * pass + 6 * product);
}

TEST(Cost, OfTenPublishedStepsIsAHundredGigaflops) {
  const CostTable table = adapt_cost(AdaptOptions{}, reference());
  EXPECT_EQ(table.milestone, (std::vector{0, 1, 2, 4, 8, 10}));
  EXPECT_NEAR(table.flops.back() / 1e9, 105, 1);
  EXPECT_EQ(table.forward_passes.back(), 321);
  EXPECT_EQ(table.backward_passes.back(), 320);
  EXPECT_EQ(table.gradient_steps.back(), 10);
  EXPECT_EQ(table.views.back(), 320);
  EXPECT_DOUBLE_EQ(table.flops.front(), 2 * main_macs);
}

TEST(Cost, OfEightStepsOnEightViewsIsAHundredAndNinetyThreeForwardPasses) {
  AdaptOptions o;
  o.steps = 8;
  o.views_per_step = 8;
  const CostTable table = adapt_cost(o, reference());
  EXPECT_NEAR(table.flops.back() / table.flops.front(), 193, 1);
}

TEST(Cost, OfAGateIsOneMoreForwardPass) {
  AdaptOptions o;
  o.skip_above = 0.9;
  EXPECT_NEAR(adapt_cost(o, reference()).flops.front() / (2 * main_macs), 2, 1e-4);
}

TEST(Cost, OfAStreamIsThatOfAllItsStepsAtEveryMilestone) {
  AdaptOptions o;
  const CostTable episode = adapt_cost(o, reference());
  o.reset = Reset::never;
  const CostTable stream = adapt_cost(o, reference());
  EXPECT_EQ(stream.milestone, episode.milestone);
  for (const double flops : stream.flops) EXPECT_DOUBLE_EQ(flops, episode.flops.back());
  EXPECT_EQ(stream.gradient_steps, episode.gradient_steps);
}

TEST(Cost, OfNeighboursIsAsManyTimesTheSteps) {
  AdaptOptions o;
  const CostTable own = adapt_cost(o, reference());
  o.adapt_on = AdaptOn::neighbours;
  o.neighbours = 7;
  const CostTable eight = adapt_cost(o, reference());
  EXPECT_NEAR(eight.flops.back() - eight.flops.front(), 8 * (own.flops.back() - own.flops.front()), 1);
  EXPECT_EQ(eight.views.back(), 8 * own.views.back());
}

TEST(Cost, OfAVoteIsAForwardPassAVote) {
  const MethodOptions vote{"vote", {"vote", VoteOptions{.views = 32}}};
  EXPECT_DOUBLE_EQ(cost(vote, reference()).flops.back(), 32 * 2 * main_macs);
}

TEST(AffordableViews, StopAtTheBudgetAndAtTheDistinctViews) {
  const double forward = reference().forward_flops(Part::main);
  const VoteOptions o{.view = {.padding = 1, .flip = false}};  // 9 distinct
  EXPECT_EQ(affordable_views(o, forward, 4.5 * forward), 4);
  EXPECT_EQ(affordable_views(o, forward, 100 * forward), 9);
  EXPECT_EQ(affordable_views(o, forward, 0), 1);
}

}  // namespace
}  // namespace ttt
