#include "pipeline/report/verdict.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ttt {
namespace {

constexpr Interval above = {0.01, 0.03}, about = {-0.01, 0.03};

/// Under `models` models, as tests over models and over samples say.
Effect effect_of(int models, Interval over_models, Interval bootstrap) {
  Effect effect;
  effect.n = 1000;
  effect.gain = 0.02;
  effect.by_model.assign(models, 0.02);
  effect.over_models = over_models;
  if (models > 1) effect.p_models = over_models.low > 0 ? 0.001 : 0.21;
  effect.bootstrap = bootstrap;
  effect.p_samples = bootstrap.low > 0 ? 4e-28 : 0.4;
  return effect;
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

TEST(Verdict, IsWithoutReserveOnlyWhenModelsAndSamplesAgree) {
  const Analysis analysis;
  EXPECT_TRUE(is_claimed(analysis, effect_of(3, above, above)));
  EXPECT_FALSE(is_claimed(analysis, effect_of(3, about, above)));
  EXPECT_FALSE(is_claimed(analysis, effect_of(3, above, about)));
  EXPECT_FALSE(is_claimed(analysis, effect_of(3, about, about)));
  EXPECT_EQ(reserve(analysis, effect_of(3, above, above), "nothing"), "");
  EXPECT_EQ(reserve(analysis, effect_of(3, about, about), "nothing"), "nothing");
}

TEST(Verdict, WhereOnlySamplesSpeakNothingIsSaidOfOtherTrainings) {
  const Effect effect = effect_of(3, about, above);
  EXPECT_EQ(reserve({}, effect, "nothing"), " with these 3 models; other trainings may differ");
  EXPECT_EQ(
      tests_text({}, effect),
      "Over 3 models the 95 % t interval −1.0 … +3.0 includes 0 (p = 0.21); on these samples McNemar's exact "
      "test says p = 4e-28 and the 95 % bootstrap over base images is +1.0 … +3.0: the effect is there for "
      "these models, other trainings may differ");
}

TEST(Verdict, WhereOnlyModelsSpeakNothingIsSaidOfOtherSamples) {
  const Effect effect = effect_of(3, above, about);
  EXPECT_EQ(reserve({}, effect, "nothing"), " on these samples; others may differ");
  EXPECT_TRUE(holds(tests_text({}, effect), "includes 0: these models agree, other samples may differ"));
}

TEST(Verdict, TestsOverSamplesThatDisagreeShowNothingAndAreBothNamed) {
  Effect effect = effect_of(3, about, about);
  effect.p_samples = 0.01;
  EXPECT_FALSE(verdict_on({}, effect).over_samples);
  EXPECT_TRUE(holds(tests_text({}, effect),
                    "p = 0.010, but the 95 % bootstrap over base images −1.0 … +3.0 includes 0"));
  effect = effect_of(3, about, above);
  effect.p_samples = 0.07;
  EXPECT_FALSE(verdict_on({}, effect).over_samples);
  EXPECT_TRUE(holds(tests_text({}, effect),
                    "p = 0.070, but the 95 % bootstrap over base images is +1.0 … +3.0: no effect"));
}

TEST(Verdict, OneModelSpeaksForItself) {
  EXPECT_TRUE(is_claimed({}, effect_of(1, {}, above)));
  EXPECT_FALSE(is_claimed({}, effect_of(1, {}, about)));
  EXPECT_FALSE(holds(tests_text({}, effect_of(1, {}, above)), "models"));
}

TEST(Verdict, McNemarAloneIsNotBelievedWhereModelsShareTheirPredictions) {
  Effect ensemble = effect_of(2, {}, {});
  ensemble.p_models = std::nan("");
  ensemble.p_samples = 1e-9;  // counts one prediction once a model
  EXPECT_FALSE(verdict_on({}, ensemble).over_samples);
  EXPECT_TRUE(std::isnan(honest_p(ensemble)));
  ensemble.bootstrap = above;  // draws whole images
  EXPECT_TRUE(verdict_on({}, ensemble).over_samples);
}

TEST(Verdict, SmallnessFollowsTheConfidenceOfTheIntervals) {
  Analysis analysis;
  EXPECT_TRUE(is_small(analysis, 0.03));
  analysis.confidence = 0.99;
  EXPECT_FALSE(is_small(analysis, 0.03));
  EXPECT_FALSE(is_small(analysis, std::nan("")));
}

}  // namespace
}  // namespace ttt
