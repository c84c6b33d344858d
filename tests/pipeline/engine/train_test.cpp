#include "pipeline/engine/train.h"

#include <gtest/gtest.h>

#include "schemas/error.h"
#include "tests/pipeline/methods/small_job.h"

namespace ttt {
namespace {

/// Two classes that differ in brightness, upright ramps so that turns can be told.
LabelledImages easy_images() {
  LabelledImages images;
  images.count = 64;
  images.height = images.width = 16;
  images.channels = 3;
  images.class_names = {"dark", "bright"};
  for (int64_t i = 0; i < images.count; ++i) {
    images.label.push_back(i % 2);
    const Draw draw(1, Purpose::glyph, static_cast<uint64_t>(i));
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < 16 * 3; ++x)
        images.image.push_back(static_cast<uint8_t>((i % 2 ? 120 : 0) + 4 * y +
                                                    draw.below(static_cast<uint32_t>(y * 48 + x), 30)));
  }
  return images;
}

Architecture two_classes() {
  Architecture a = small_architecture();
  a.classes = 2;
  return a;
}

const TrainingOptions quick{.epochs = 10,
                            .batch = 16,
                            .learning_rate = 0.05,
                            .schedule = Schedule::cosine,
                            .warmup = 0.1,
                            .all_turns = false,
                            .views = {.padding = 1, .pad = PadMode::replicate, .flip = false}};

TEST(Train, LearnsClassAndTurnTogether) {
  std::vector<TrainingProgress> seen;
  const auto weights = train_model(two_classes(), quick, easy_images(), 1,
                                   [&](const TrainingProgress& at) { seen.push_back(at); });
  EXPECT_EQ(seen.size(), 40u);
  EXPECT_EQ(seen.back().epoch, 10);
  EXPECT_EQ(seen.back().images, 640);
  EXPECT_LT(seen.back().auxiliary_loss, seen.front().auxiliary_loss);
  const CleanAccuracy clean = clean_accuracy(two_classes(), weights, easy_images(), 64);
  EXPECT_GT(clean.main, 0.95);
  EXPECT_GT(clean.auxiliary, 0.5);
}

TEST(Train, GivesTheSameWeightsForTheSameSeedAndOthersForAnother) {
  const auto once = [](uint64_t seed) {
    TrainingOptions o = quick;
    o.epochs = 1;
    return train_model(two_classes(), o, easy_images(), seed, [](const TrainingProgress&) {});
  };
  EXPECT_EQ(once(1), once(1));
  EXPECT_NE(once(1), once(2));
}

TEST(Train, WithoutTheAuxiliaryLossLeavesItsHeadAsItWas) {
  Architecture a = two_classes();
  a.options.joint = false;
  TrainingOptions o = quick;
  o.epochs = 1;
  const auto weights = train_model(a, o, easy_images(), 1, [](const TrainingProgress&) {});
  const auto start = initial_weights(a, 1);
  EXPECT_EQ(weights.at("auxiliary.linear.weight"), start.at("auxiliary.linear.weight"));
  EXPECT_NE(weights.at("main.linear.weight"), start.at("main.linear.weight"));
}

TEST(Train, SaysSoWhenItDiverges) {
  TrainingOptions o = quick;
  o.learning_rate = 1e20;
  EXPECT_THROW(train_model(two_classes(), o, easy_images(), 1, [](const TrainingProgress&) {}), Error);
}

TEST(LearningRate, FollowsThePublishedSteps) {
  const TrainingOptions published;
  EXPECT_DOUBLE_EQ(learning_rate(published, 0, 1, 0), 0.1);
  EXPECT_DOUBLE_EQ(learning_rate(published, 0, 1, 74), 0.1);
  EXPECT_DOUBLE_EQ(learning_rate(published, 0, 1, 75), 0.01);
  EXPECT_DOUBLE_EQ(learning_rate(published, 0, 1, 125), 0.001);
}

TEST(LearningRate, RisesAndFallsAlongCosines) {
  TrainingOptions o;
  o.schedule = Schedule::cosine;
  o.warmup = 0.2;
  o.final_rate = 1e-4;
  EXPECT_NEAR(learning_rate(o, 0, 100, 0), 0.01, 1e-12);
  EXPECT_NEAR(learning_rate(o, 20, 100, 0), 0.1, 1e-12);
  EXPECT_NEAR(learning_rate(o, 60, 100, 0), (0.1 + 1e-4) / 2, 1e-12);
  EXPECT_NEAR(learning_rate(o, 100, 100, 0), 1e-4, 1e-12);
}

}  // namespace
}  // namespace ttt
