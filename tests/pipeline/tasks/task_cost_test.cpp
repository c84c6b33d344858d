#include <gtest/gtest.h>

#include "pipeline/methods/adapt_cost.h"
#include "tests/pipeline/methods/small_episodes.h"

namespace ttt {
namespace {

constexpr int steps = 3, views = 5;

AdaptOptions three_steps(std::string_view task) {
  AdaptOptions o;
  o.task = chosen_task(task);
  o.steps = steps;
  o.views_per_step = views;
  o.milestones = {0, 1, steps};
  return o;
}

double forward() { return small_architecture().forward_flops(Part::main); }

double backward(const AdaptOptions& o) { return small_architecture().backward_flops(Part::main, o.subset); }

/// The table of a task on the main head with that many forward and backward passes a view.
void expect_passes(const AdaptOptions& o, int forwards, int backwards) {
  const CostTable table = adapt_cost(o, small_architecture());
  for (size_t m = 0; m < table.milestone.size(); ++m) {
    const int shown = table.milestone[m] * views;
    EXPECT_EQ(table.forward_passes[m], 1 + shown * forwards);
    EXPECT_EQ(table.backward_passes[m], shown * backwards);
    EXPECT_EQ(table.gradient_steps[m], table.milestone[m]);
    EXPECT_EQ(table.views[m], shown);
    EXPECT_DOUBLE_EQ(table.flops[m], forward() + shown * (forwards * forward() + backwards * backward(o)));
  }
}

TEST(TaskCost, OfEntropiesIsOnePassForwardAndOneBackward) {
  for (const char* task : {"entropy", "tent", "eata", "sar"}) {
    SCOPED_TRACE(task);
    expect_passes(three_steps(task), 1, 1);
  }
}

TEST(TaskCost, OfShuffledPatchesIsOneMoreForward) { expect_passes(three_steps("deyo"), 2, 1); }

TEST(TaskCost, OfSharpnessAwareStepsIsEveryPassTwice) {
  for (const auto& [task, forwards] : {std::pair("tent", 2), std::pair("sar", 2), std::pair("deyo", 4)}) {
    SCOPED_TRACE(task);
    AdaptOptions o = three_steps(task);
    o.sam_radius = 0.05;
    expect_passes(o, forwards, 2);
    o.subset = "norm";
    expect_passes(o, forwards, 2);
  }
}

TEST(TaskCost, OfSharpnessAwareStepsOfLowRankIsEveryProductTwice) {
  AdaptOptions o = three_steps("tent");
  o.subset = "low_rank";
  const auto product_of_a_step = [&] {
    const CostTable table = adapt_cost(o, small_architecture());
    const int passes = o.sam_radius > 0 ? 2 : 1;
    return (table.flops[1] - table.flops[0]) - views * passes * (forward() + backward(o));
  };
  const double once = product_of_a_step();
  o.sam_radius = 0.05;
  EXPECT_GT(once, 0);
  EXPECT_NEAR(product_of_a_step(), 2 * once, 1e-9 * once);
}

TEST(TaskCost, OfALengthGivenToTheGradientIsNothing) {
  AdaptOptions o = three_steps("tent");
  o.normalise_gradient = true;
  EXPECT_EQ(adapt_cost(o, small_architecture()), adapt_cost(three_steps("tent"), small_architecture()));
}

}  // namespace
}  // namespace ttt
