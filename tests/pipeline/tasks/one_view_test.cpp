// Tasks on one view that is the image itself: most of them are then the same task.
#include <cmath>

#include "tests/pipeline/methods/small_episodes.h"
#include "tests/schemas/examples.h"

namespace ttt {
namespace {

constexpr double no_margin = 1e6, least_margin = 1e-6;  // every view is sure enough; none is

AdaptOptions one_view(const Chosen& task) {
  AdaptOptions o;
  o.task = task;
  o.steps = 3;
  o.views_per_step = 1;
  o.learning_rate = 0.05;
  o.milestones = {0, 1, 2, 3};
  o.views = plain_view;
  return o;
}

using OneView = SmallEpisodes;

TEST_F(OneView, TentIsTheEntropyOfTheMeanPrediction) {
  EXPECT_TRUE(same(run(one_view(chosen_task("tent"))), run(one_view(chosen_task("entropy")))));
}

TEST_F(OneView, TasksThatNeitherFilterNorWeighAreTent) {
  const Records tent = run(one_view(chosen_task("tent")));
  EXPECT_TRUE(same(run(one_view(chosen_task("eata", {{"margin", no_margin}, {"weighted", false}}))), tent));
  EXPECT_TRUE(same(run(one_view(chosen_task("sar", {{"margin", no_margin}}))), tent));  // without SAM
  for (const int patches : {1, 2, 5})
    EXPECT_TRUE(same(
        run(one_view(chosen_task(
            "deyo", {{"margin", no_margin}, {"fall", -1.0}, {"patches", patches}, {"weighted", false}}))),
        tent));
}

TEST_F(OneView, UnderSharpnessAwareStepsTheyAreTentToo) {
  const auto with_sam = [](const Chosen& task) {
    AdaptOptions o = one_view(task);
    o.sam_radius = 0.05;
    return o;
  };
  const Records tent = run(with_sam(chosen_task("tent")));
  EXPECT_FALSE(same(tent, run(one_view(chosen_task("tent")))));
  EXPECT_TRUE(same(run(with_sam(chosen_task("sar", {{"margin", no_margin}}))), tent));
  EXPECT_TRUE(same(run(with_sam(chosen_task("eata", {{"margin", no_margin}, {"weighted", false}}))), tent));
}

TEST_F(OneView, WeightsChangeWhatIsLearned) {
  const Records tent = run(one_view(chosen_task("tent")));
  EXPECT_FALSE(same(run(one_view(chosen_task("eata", {{"margin", no_margin}}))), tent));
  EXPECT_FALSE(same(run(one_view(chosen_task("deyo", {{"margin", no_margin}, {"fall", -1.0}}))), tent));
}

/// Tasks of which every view is left out.
std::vector<Chosen> tasks_that_keep_no_view() {
  return {chosen_task("eata", {{"margin", least_margin}}), chosen_task("sar", {{"margin", least_margin}}),
          chosen_task("deyo", {{"margin", least_margin}, {"fall", -1.0}}),
          chosen_task("deyo", {{"margin", no_margin}, {"fall", 1.0}})};
}

/// Every milestone is the source prediction, and no step went anywhere.
void expect_at_rest(const Records& r) {
  EXPECT_EQ(r.status, std::vector<Status>(8, Status::ok));
  EXPECT_EQ(r.steps_taken, std::vector<int32_t>(8, 3));
  EXPECT_EQ(r.update_norm, std::vector<float>(8 * 3, 0.0f));
  EXPECT_EQ(r.aux_loss, std::vector<float>(8 * 3, 0.0f));
  for (int64_t k = 0; k < 8; ++k)
    for (int m = 0; m < 4; ++m)
      for (int c = 0; c < r.classes; ++c)
        EXPECT_EQ(r.logits[(k * 4 + m) * r.classes + c], r.logits[k * 4 * r.classes + c]);
}

TEST_F(OneView, ViewsThatAreAllLeftOutTeachNothing) {
  for (const Chosen& task : tasks_that_keep_no_view()) {
    SCOPED_TRACE(task.name);
    AdaptOptions o = one_view(task);
    expect_at_rest(run(o));
    o.views_per_step = 5;
    o.views = {.padding = 2, .flip = true};
    expect_at_rest(run(o));
  }
}

TEST_F(OneView, NothingLearnedStaysNothingHoweverTheStepIsTaken) {
  for (const Chosen& task : tasks_that_keep_no_view()) {
    SCOPED_TRACE(task.name);
    AdaptOptions o = one_view(task);
    o.sam_radius = 0.05;
    o.normalise_gradient = true;
    expect_at_rest(run(o));
    o.optimiser = Optimiser::adam;
    expect_at_rest(run(o));
  }
}

TEST_F(OneView, AUniformPredictionHasTheLargestEntropyAndNoGradient) {
  for (auto& [name, array] : weights)
    if (name.starts_with("main.linear")) std::ranges::fill(array.values, 0.0f);
  use_double();
  const Records r = run(one_view(chosen_task("tent")));
  for (int64_t i = 0; i < 8 * 3; ++i) {
    EXPECT_FLOAT_EQ(r.aux_loss[i], static_cast<float>(std::log(5.0)));
    EXPECT_LT(r.update_norm[i], 1e-14f);
  }
}

}  // namespace
}  // namespace ttt
