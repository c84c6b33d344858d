// Optional columns of an episode: adapt.keep.
#include <cmath>

#include "kernels/torch.h"
#include "pipeline/scores/prediction.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"
#include "tests/schemas/examples.h"

namespace ttt {
namespace {

const std::vector<std::string> every_column = {"features", "auxiliary_confidence", "probe_loss", "gradients"};

AdaptOptions keeping(const std::vector<std::string>& columns) {
  AdaptOptions o;
  o.steps = 3;
  o.views_per_step = 4;
  o.learning_rate = 0.02;
  o.milestones = {0, 1, 2, 3};
  o.keep = columns;
  o.views = {.padding = 2, .flip = true};
  return o;
}

/// The same records without the optional columns.
Records without_optional(Records records) {
  for_each_column([&](const RecordColumn& column, auto member) {
    if (column.optional) (records.*member).clear();
  });
  records.feature_count = 0;
  return records;
}

struct KeptColumns : SmallEpisodes {
  at::Tensor plain_of(const ImageBytes& image) const {
    return plain_views(architecture, image, {View{}}, PadMode::zero, at::kDouble);
  }

  /// Probability of "not turned", by the plain way.
  double upright(const ImageBytes& image) const {
    const at::Tensor z =
        plain_logits(architecture, plain_weights(weights, at::kDouble), plain_of(image), "auxiliary");
    return z.softmax(-1)[0][0].item<double>();
  }

  /// Half of the samples are surer than this.
  double median_confidence() const {
    std::vector<float> sure = run(keeping({"auxiliary_confidence"})).auxiliary_confidence;
    std::ranges::sort(sure);
    return (double{sure[3]} + double{sure[4]}) / 2;
  }

  /// Cross-entropy of the four turns, by the plain way.
  double turn_loss(const ImageBytes& image) const {
    const at::Tensor turns = plain_views(architecture, image, {{}, {.turns = 1}, {.turns = 2}, {.turns = 3}},
                                         PadMode::zero, at::kDouble);
    const at::Tensor z = plain_logits(architecture, plain_weights(weights, at::kDouble), turns, "auxiliary");
    return -z.log_softmax(-1).diagonal().mean().item<double>();
  }
};

TEST_F(KeptColumns, TheMainLinearMakesTheSourceLogitsOfTheFeatures) {
  for (const int split_after : {1, 2, 3}) {
    use(small_architecture(split_after));
    const Records r = run(keeping({"features"}));
    ASSERT_EQ(r.feature_count, 16);
    const auto& weight = weights.at("main.linear.weight").values;
    const auto& bias = weights.at("main.linear.bias").values;
    for (int64_t k = 0; k < r.samples; ++k)
      for (int c = 0; c < 5; ++c) {
        double z = bias[c];
        for (int f = 0; f < 16; ++f) z += double{weight[c * 16 + f]} * double{r.features[k * 16 + f]};
        EXPECT_NEAR(z, r.logits[k * r.milestones * 5 + c], 1e-5);
      }
  }
}

TEST_F(KeptColumns, AuxiliaryConfidenceIsWhatTheSourceSaysOfTheImageThatIsAdaptedOn) {
  for (const int split_after : {1, 3}) {
    use(small_architecture(split_after));
    const Samples others = read_samples(other_samples(set, all_samples(set), seed), set, images_of(set));
    const Records own = run(keeping({"auxiliary_confidence"})),
                  other = run(keeping({"auxiliary_confidence"}), others);
    for (int64_t k = 0; k < own.samples; ++k) {
      EXPECT_NEAR(own.auxiliary_confidence[k], upright(samples.image[k]), 1e-5);
      EXPECT_NEAR(other.auxiliary_confidence[k], upright(others.adapt_on[k]), 1e-5);
    }
  }
}

TEST_F(KeptColumns, ChangeNoByteOfTheOthers) {
  for (const char* const subset : {"all", "norm", "trunk", "low_rank"})
    for (const Task* task : plain_tasks())
      for (const double radius : {0.0, 0.1}) {
        AdaptOptions o = keeping({});
        o.task = chosen_task(task->name);
        o.subset = subset;
        o.sam_radius = radius;
        const Records bare = run(o);
        o.keep = every_column;
        EXPECT_TRUE(same(without_optional(run(o)), bare)) << task->name;
      }
}

TEST_F(KeptColumns, OfSkippedSamplesAreThoseOfTheSource) {
  AdaptOptions o = keeping(every_column);
  const Records open = run(o);
  o.skip_above = median_confidence();
  const Records gated = run(o);
  EXPECT_EQ(std::ranges::count(gated.status, Status::skipped), 4);
  EXPECT_EQ(gated.features, open.features);
  EXPECT_EQ(gated.auxiliary_confidence, open.auxiliary_confidence);
  for (int64_t k = 0; k < gated.samples; ++k) {
    if (gated.status[k] != Status::skipped) continue;
    for (int m = 0; m < 4; ++m) EXPECT_EQ(gated.probe_loss[4 * k + m], open.probe_loss[4 * k]);
    for (int s = 0; s < 3; ++s) EXPECT_TRUE(std::isnan(gated.grad_dot[3 * k + s]));
  }
}

TEST_F(KeptColumns, OfSkippedSamplesChangeNoByteOfTheOthers) {
  AdaptOptions o = keeping({});
  o.skip_above = median_confidence();
  const Records bare = run(o);
  EXPECT_EQ(std::ranges::count(bare.status, Status::skipped), 4);
  o.keep = every_column;
  EXPECT_TRUE(same(without_optional(run(o)), bare));
}

using ProbeLoss = KeptColumns;

TEST_F(ProbeLoss, OfTheSourceIsTheCrossEntropyOfTheFourTurns) {
  for (const int split_after : {1, 3}) {
    use(small_architecture(split_after));
    const Records r = run(keeping({"probe_loss"}));
    for (int64_t k = 0; k < r.samples; ++k)
      EXPECT_NEAR(r.probe_loss[k * r.milestones], turn_loss(samples.image[k]), 1e-5);
  }
}

TEST_F(ProbeLoss, IsThatOfTheImageThatIsAdaptedOn) {
  const Samples others = read_samples(other_samples(set, all_samples(set), seed), set, images_of(set));
  const Records r = run(keeping({"probe_loss"}), others);
  for (int64_t k = 0; k < r.samples; ++k)
    EXPECT_NEAR(r.probe_loss[k * r.milestones], turn_loss(others.adapt_on[k]), 1e-5);
}

TEST_F(ProbeLoss, IsTheLossOfAStepThatSeesTheSameViews) {
  for (const char* const subset : {"all", "norm", "trunk", "low_rank"}) {
    AdaptOptions o = keeping({"probe_loss"});
    o.subset = subset;
    o.task = rotation({.turns = Turns::balanced});
    o.views = plain_view;
    const Records r = run(o);
    for (int64_t k = 0; k < r.samples; ++k)
      for (int s = 0; s < o.steps; ++s) EXPECT_EQ(r.probe_loss[4 * k + s], r.aux_loss[3 * k + s]);
  }
}

TEST_F(ProbeLoss, OfEntropiesIsTheEntropyOfThePrediction) {
  for (const char* task : {"entropy", "tent"}) {
    AdaptOptions o = keeping({"probe_loss"});
    o.task = chosen_task(task);
    const Records r = run(o);
    for (size_t i = 0; i < r.entropy.size(); ++i) EXPECT_NEAR(r.probe_loss[i], r.entropy[i], 1e-6);
  }
}

TEST_F(ProbeLoss, FallsOverSmallSteps) {
  for (const char* task : {"rotation", "entropy", "tent"}) {
    AdaptOptions o = keeping({"probe_loss"});
    o.task = chosen_task(task);
    o.learning_rate = 0.01;
    o.steps = 12;
    o.views_per_step = 16;
    o.milestones = {0, 6, 12};
    o.views = plain_view;
    const Records r = run(o);
    for (int64_t k = 0; k < r.samples; ++k) {
      EXPECT_LT(r.probe_loss[3 * k + 1], r.probe_loss[3 * k]) << task;
      EXPECT_LT(r.probe_loss[3 * k + 2], r.probe_loss[3 * k + 1]) << task;
    }
  }
}

}  // namespace
}  // namespace ttt
