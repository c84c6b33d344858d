#include "pipeline/methods/adapt_options.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/scores/prediction.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

AdaptOptions quick(const std::string& subset, double rate = 0.05) {
  AdaptOptions o;
  o.subset = subset;
  o.steps = 4;
  o.views_per_step = 6;
  o.learning_rate = rate;
  o.milestones = {0, 1, 2, 3, 4};
  o.views = {.padding = 2, .pad = PadMode::replicate, .flip = true};
  return o;
}

using AdaptTest = SmallEpisodes;

/// The probability that the rotation head gives to "not turned", computed of the whole batch at once.
std::vector<double> upright_confidence(const SourceNetwork& source, const Samples& samples) {
  const auto count = static_cast<int64_t>(samples.id.size());
  const at::Tensor z = recorded(source.images().logits(
      source.lanes(count), plain_tensor(source.images(), samples.image), Part::auxiliary));
  std::vector<double> confidence;
  for (int64_t k = 0; k < count; ++k) confidence.push_back(softmax(row(z, k))[0]);
  return confidence;
}

class AdaptSubset : public AdaptTest, public testing::WithParamInterface<std::tuple<const char*, int>> {};

TEST_P(AdaptSubset, EveryLaneEqualsTheOracle) {
  use(small_architecture(std::get<1>(GetParam())));
  const AdaptOptions o = quick(std::get<0>(GetParam()));
  const Records r = run(o);
  for (int64_t k = 0; k < r.samples; ++k) {
    const OracleEpisode oracle =
        oracle_episode(o, architecture, weights, samples.image[k], samples.id[k], seed, at::kDouble);
    for (int s = 0; s < o.steps; ++s) EXPECT_NEAR(r.aux_loss[k * o.steps + s] / oracle.aux_loss[s], 1, 1e-5);
    for (int m = 0; m < r.milestones; ++m) {
      const auto& z = oracle.logits[m];
      EXPECT_EQ(r.predicted[k * r.milestones + m], std::ranges::max_element(z) - z.begin());
      for (int c = 0; c < 5; ++c) EXPECT_NEAR(r.logits[(k * r.milestones + m) * 5 + c], z[c], 1e-4);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Subsets, AdaptSubset,
                         testing::Combine(testing::Values("all", "norm", "trunk", "low_rank"),
                                          testing::Values(1, 2, 3)));

TEST_F(AdaptTest, InDoubleALaneEqualsTheOracleHoweverFarItGoes) {
  use_double();
  AdaptOptions o = quick("all");
  o.steps = 12;
  o.milestones = {0, 12};
  const Records r = run(o);
  for (int64_t k = 0; k < r.samples; ++k) {
    const OracleEpisode oracle =
        oracle_episode(o, architecture, weights, samples.image[k], samples.id[k], seed, at::kDouble);
    for (int s = 0; s < o.steps; ++s) EXPECT_NEAR(r.aux_loss[k * o.steps + s] / oracle.aux_loss[s], 1, 1e-7);
    for (int c = 0; c < 5; ++c) EXPECT_NEAR(r.logits[(2 * k + 1) * 5 + c], oracle.logits[12][c], 1e-6);
  }
}

TEST_F(AdaptTest, ALaneIsTheSameBytesWhoeverItsNeighboursAre) {
  for (const char* const subset : {"all", "norm", "low_rank"}) {
    const Records together = run(quick(subset));
    for (size_t k = 0; k < samples.id.size(); ++k) {
      const Records alone = run(quick(subset), slice(samples, k, 1));
      const auto first = static_cast<int64_t>(k);
      EXPECT_TRUE(std::equal(alone.logits.begin(), alone.logits.end(),
                             together.logits.begin() + first * together.milestones * 5));
      EXPECT_TRUE(
          std::equal(alone.aux_loss.begin(), alone.aux_loss.end(), together.aux_loss.begin() + first * 4));
      EXPECT_TRUE(std::equal(alone.update_norm.begin(), alone.update_norm.end(),
                             together.update_norm.begin() + first * 4));
    }
  }
}

TEST_F(AdaptTest, NothingLeaksFromOneBatchOfLanesToTheNext) {
  for (const Optimiser optimiser : {Optimiser::sgd, Optimiser::adam}) {
    AdaptOptions o = quick("all", 0.01);
    o.optimiser = optimiser;
    const Records first = run(o);
    EXPECT_EQ(first.logits, run(o).logits);
  }
}

TEST_F(AdaptTest, ZeroStepsAreTheSourceModel) {
  AdaptOptions none = quick("all");
  none.steps = 0;
  none.milestones = {0};
  const Records source_only = run(none), adapted = run(quick("all"));
  for (int64_t k = 0; k < 8; ++k)
    EXPECT_EQ(source_only.main_loss[k], adapted.main_loss[k * adapted.milestones]);
}

TEST_F(AdaptTest, EachMilestoneIsWhatStoppingThereWouldHaveGiven) {
  const Records full = run(quick("norm"));
  AdaptOptions shorter = quick("norm");
  shorter.steps = 2;
  shorter.milestones = {2};
  const Records stopped = run(shorter);
  for (int64_t k = 0; k < 8; ++k) EXPECT_EQ(stopped.main_loss[k], full.main_loss[k * full.milestones + 2]);
}

TEST_F(AdaptTest, ADivergedLaneIsARowWithAStatusAndLeavesItsNeighboursAlone) {
  const Records calm = run(quick("all"));
  AdaptOptions wild = quick("all", 1e30);
  const Records r = run(wild);
  for (int64_t k = 0; k < 8; ++k) {
    EXPECT_EQ(r.status[k], Status::diverged);
    EXPECT_LT(r.steps_taken[k], 4);
    EXPECT_EQ(r.predicted[k * r.milestones + 4], -1);
    EXPECT_EQ(r.correct[k * r.milestones + 4], 0);
    EXPECT_TRUE(std::isnan(r.main_loss[k * r.milestones + 4]));
    EXPECT_EQ(r.main_loss[k * r.milestones], calm.main_loss[k * calm.milestones]);  // before the first step
  }
  EXPECT_EQ(run(quick("all")).logits, calm.logits);  // and the next run starts clean
}

TEST_F(AdaptTest, TheGateSkipsSureSamplesAndChangesNoOther) {
  const AdaptOptions open = quick("norm");
  const Records ungated = run(open);
  AdaptOptions gated = open;
  std::vector<double> sure = upright_confidence(source, samples);
  std::ranges::sort(sure);
  gated.skip_above = sure[3];  // half of them are surer
  const Records r = run(gated);
  int skipped = 0;
  for (int64_t k = 0; k < 8; ++k) {
    const bool skip = r.status[k] == Status::skipped;
    skipped += skip;
    EXPECT_EQ(r.steps_taken[k], skip ? 0 : 4);
    for (int m = 0; m < r.milestones; ++m)
      EXPECT_EQ(r.main_loss[k * r.milestones + m], ungated.main_loss[k * r.milestones + (skip ? 0 : m)]);
  }
  EXPECT_EQ(skipped, 4);
}

TEST_F(AdaptTest, SmallStepsLowerTheAuxiliaryLoss) {
  AdaptOptions o = quick("all", 0.02);
  o.steps = 12;
  o.milestones = {0, 12};
  o.views = {.padding = 0, .flip = false};  // the same views at every step
  o.task = rotation({.turns = Turns::balanced});
  const Records r = run(o);
  for (int64_t k = 0; k < 8; ++k) EXPECT_LT(r.aux_loss[k * 12 + 11], r.aux_loss[k * 12]);
}

TEST_F(AdaptTest, TheEntropyTaskSharpensTheMeanPrediction) {
  AdaptOptions o = quick("all", 0.05);
  o.task = chosen_task("entropy");
  o.views = {.padding = 0, .flip = false};
  const Records r = run(o);
  for (int64_t k = 0; k < 8; ++k) EXPECT_LT(r.aux_loss[k * 4 + 3], r.aux_loss[k * 4]);
}

TEST_F(AdaptTest, PlacebosDifferFromTheRealThing) {
  AdaptOptions labels = quick("norm");
  labels.task = rotation({.labels = AuxiliaryLabels::random});
  EXPECT_NE(run(labels).logits, run(quick("norm")).logits);
  const SampleChoice others = other_samples(set, all_samples(set), seed);
  for (size_t k = 0; k < 8; ++k) {
    const int64_t other = others.adapt_on[k];
    EXPECT_EQ(set.shift[other], set.shift[k]);
    EXPECT_NE(set.base[other], set.base[k]);
  }
}

}  // namespace
}  // namespace ttt
