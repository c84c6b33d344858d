// Sharpness-aware steps, and steps of a given length.
#include <cmath>

#include "kernels/torch.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"
#include "tests/schemas/examples.h"

namespace ttt {
namespace {

AdaptOptions one_step(const Chosen& task, double radius) {
  AdaptOptions o;
  o.task = task;
  o.steps = 1;
  o.views_per_step = 4;
  o.learning_rate = 0.05;
  o.sam_radius = radius;
  o.milestones = {0, 1};
  o.views = plain_view;
  return o;
}

/// The four turns of the image: what the balanced rotation task shows.
Chosen four_turns() { return rotation({.turns = Turns::balanced}); }

struct SharpnessAware : SmallEpisodes {
  PlainLoss rotation_loss(const ImageBytes& image) const {
    const at::Tensor turns = plain_views(architecture, image, {{}, {.turns = 1}, {.turns = 2}, {.turns = 3}},
                                         PadMode::zero, at::kDouble);
    return [this, turns](const PlainWeights& w) {
      return at::cross_entropy_loss(plain_logits(architecture, w, turns, "auxiliary"),
                                    at::arange(4, at::kLong));
    };
  }
  PlainLoss entropy_loss(const ImageBytes& image) const {
    const at::Tensor x = plain_views(architecture, image, {View{}}, PadMode::zero, at::kDouble);
    return [this, x](const PlainWeights& w) {
      const at::Tensor z = plain_logits(architecture, w, x, "main");
      return -(z.softmax(-1) * z.log_softmax(-1)).sum(-1).mean();
    };
  }
  std::vector<std::string> on_the_way_to(const std::string& head) const {
    std::vector<std::string> names;
    for (const Parameter& p : architecture.parameters())
      if (p.part == Part::trunk || p.name.starts_with(head)) names.push_back(p.name);
    return names;
  }

  /// Row k of the records is a step along the gradient at the weights to which the radius leads uphill.
  void expect_oracle_step(const AdaptOptions& o, const Records& r, int64_t k, const PlainLoss& loss,
                          const std::vector<std::string>& names) const {
    const PlainWeights w = plain_weights(weights, at::kDouble);
    const PlainGradient here = plain_gradient(w, names, loss);
    const PlainGradient uphill = plain_gradient(moved(w, here, o.sam_radius / here.norm), names, loss);
    EXPECT_NEAR(r.aux_loss[k], here.loss, 1e-6);  // of the weights before the step
    EXPECT_NEAR(r.update_norm[k] / (o.learning_rate * uphill.norm), 1, 1e-6);
    const at::Tensor x = plain_views(architecture, samples.image[k], {View{}}, PadMode::zero, at::kDouble);
    const at::Tensor z = plain_logits(architecture, moved(w, uphill, -o.learning_rate), x, "main")[0];
    for (int c = 0; c < 5; ++c) EXPECT_NEAR(r.logits[(2 * k + 1) * 5 + c], z[c].item<double>(), 1e-6);
  }

  /// The largest difference between the logits of two runs.
  static double distance(const Records& a, const Records& b) {
    double most = 0;
    for (size_t i = 0; i < a.logits.size(); ++i)
      most = std::max(most, std::abs(static_cast<double>(a.logits[i]) - static_cast<double>(b.logits[i])));
    return most;
  }
};

TEST_F(SharpnessAware, AStepFollowsTheGradientUphillOfTheWeights) {
  use_double();
  const AdaptOptions turning = one_step(four_turns(), 0.1);
  AdaptOptions sar = one_step(chosen_task("sar", {{"margin", 1e6}}), 0.1);
  sar.views_per_step = 1;
  const Records turned = run(turning), sure = run(sar);
  for (int64_t k = 0; k < 8; ++k) {
    const ImageBytes& image = samples.image[k];
    expect_oracle_step(turning, turned, k, rotation_loss(image), on_the_way_to("auxiliary"));
    expect_oracle_step(sar, sure, k, entropy_loss(image), on_the_way_to("main"));
  }
}

TEST_F(SharpnessAware, StepsTendToPlainOnesInProportionToTheRadius) {
  open_every_relu();
  use_double();
  const Records plain = run(one_step(four_turns(), 0));
  const auto apart = [&](double radius) { return distance(run(one_step(four_turns(), radius)), plain); };
  const double whole = apart(1e-3), half = apart(5e-4);
  EXPECT_GT(half, 1e-4);  // far above the rounding of records
  EXPECT_NEAR(whole / half, 2, 0.1);
  EXPECT_LT(apart(1e-7), 1e-6);
}

TEST_F(SharpnessAware, ALaneIsTheSameBytesWhoeverItsNeighboursAre) {
  AdaptOptions o = one_step(rotation(), 0.1);
  o.normalise_gradient = true;
  const Records together = run(o);
  Records rows = empty_like(together, together.samples);
  for (size_t k = 0; k < samples.id.size(); ++k)
    copy_row(rows, static_cast<int64_t>(k), run(o, slice(samples, k, 1)), 0);
  EXPECT_TRUE(same(rows, together));
}

TEST_F(SharpnessAware, ALaneThatDivergesOnTheWayUphillIsARowWithAStatus) {
  const Records r = run(one_step(four_turns(), 1e38));
  EXPECT_EQ(r.status, std::vector<Status>(8, Status::diverged));
  EXPECT_EQ(r.steps_taken, std::vector<int32_t>(8, 0));
  for (int64_t k = 0; k < 8; ++k) {
    EXPECT_TRUE(std::isfinite(r.aux_loss[k]));  // of the weights before
    EXPECT_TRUE(std::isnan(r.update_norm[k]));
    EXPECT_GE(r.predicted[2 * k], 0);
    EXPECT_EQ(r.predicted[2 * k + 1], -1);
  }
}

using NormalisedGradient = SharpnessAware;

TEST_F(NormalisedGradient, MakesStepsOfTheLengthOfTheLearningRate) {
  use_double();
  for (const double radius : {0.0, 0.1})
    for (const char* const subset : {"all", "norm", "low_rank"}) {
      AdaptOptions o = one_step(rotation(), radius);
      o.subset = subset;
      o.steps = 3;
      o.milestones = {0, 3};
      o.normalise_gradient = true;
      for (const float norm : run(o).update_norm) EXPECT_FLOAT_EQ(norm, 0.05f);
    }
}

TEST_F(NormalisedGradient, ForgetsTheScaleOfTheLoss) {  // a weight of one view scales its loss
  use_double();
  const auto steps = [&](const Chosen& task, bool normalised) {
    AdaptOptions o = one_step(task, 0);
    o.views_per_step = 1;
    o.steps = 4;
    o.milestones = {0, 4};
    o.normalise_gradient = normalised;
    return run(o);
  };
  const Chosen tent = chosen_task("tent"), scaled = chosen_task("eata", {{"margin", 2.0}});
  EXPECT_LT(distance(steps(tent, true), steps(scaled, true)), 1e-6);
  EXPECT_GT(distance(steps(tent, false), steps(scaled, false)), 1e-3);
}

TEST_F(NormalisedGradient, LeavesTheDirection) {
  use_double();
  AdaptOptions o = one_step(four_turns(), 0);
  const Records plain = run(o);
  o.normalise_gradient = true;
  for (int64_t k = 0; k < 8; ++k) {
    o.learning_rate = plain.update_norm[k];  // as long as the plain step was
    const Records one = run(o, slice(samples, static_cast<size_t>(k), 1));
    for (int c = 0; c < 5; ++c) EXPECT_NEAR(one.logits[5 + c], plain.logits[(2 * k + 1) * 5 + c], 1e-6);
  }
}

}  // namespace
}  // namespace ttt
