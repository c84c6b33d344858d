#include "pipeline/training/image_training.h"

#include <gtest/gtest.h>

#include "pipeline/training/checkpoint.h"
#include "schemas/error.h"
#include "tests/kernels/lanes/threads.h"
#include "tests/pipeline/methods/small_job.h"
#include "tests/schemas/scratch.h"

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

ResNet two_classes() {
  ResNet a = small_architecture();
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

const LabelledImages images = easy_images();

std::map<std::string, Array> trained(const ResNet& a, const TrainingOptions& o, uint64_t seed = 1) {
  ImageTraining training(a, o, images, seed);
  while (!training.done()) training.step();
  return training.weights();
}

TEST(Train, LearnsClassAndTurnTogether) {
  std::vector<ImageTrainingProgress> seen;
  ImageTraining training(two_classes(), quick, images, 1);
  while (!training.done()) {
    training.step();
    seen.push_back(training.progress());
  }
  const auto weights = training.weights();
  EXPECT_EQ(seen.size(), 40u);
  EXPECT_EQ(seen.back().epoch, 10);
  EXPECT_EQ(seen.back().images, 640);
  EXPECT_LT(seen.back().auxiliary_loss, seen.front().auxiliary_loss);
  const CleanAccuracy clean = clean_accuracy(two_classes(), weights, images);
  EXPECT_GT(clean.main, 0.95);
  EXPECT_GT(clean.auxiliary, 0.5);
}

TEST(Train, GivesTheSameWeightsForTheSameSeedAndOthersForAnother) {
  const auto once = [](uint64_t seed) {
    TrainingOptions o = quick;
    o.epochs = 1;
    return trained(two_classes(), o, seed);
  };
  EXPECT_EQ(once(1), once(1));
  EXPECT_NE(once(1), once(2));
}

TEST(Train, GivesTheSameWeightsOnAnyNumberOfThreads) {
  TrainingOptions o = quick;
  o.epochs = 2, o.batch = 48;  // 96 views, then 32
  for (const Convolution convolution : {Convolution::winograd4, Convolution::libtorch}) {
    ResNet a = two_classes();
    a.convolution = convolution;
    const auto on_one = trained(a, o);
    const Threads three(3);
    EXPECT_EQ(trained(a, o), on_one);
  }
}

TEST(Train, WithoutTheAuxiliaryLossLeavesItsHeadAsItWas) {
  ResNet a = two_classes();
  a.options.joint = false;
  TrainingOptions o = quick;
  o.epochs = 1;
  const auto weights = trained(a, o);
  const auto start = initial_weights(a, 1);
  EXPECT_EQ(weights.at("auxiliary.linear.weight"), start.at("auxiliary.linear.weight"));
  EXPECT_NE(weights.at("main.linear.weight"), start.at("main.linear.weight"));
}

TEST(Train, SaysSoWhenItDiverges) {
  TrainingOptions o = quick;
  o.learning_rate = 1e20;
  EXPECT_THROW(trained(two_classes(), o), Error);
  o.epochs = 1, o.batch = 64, o.warmup = 0, o.learning_rate = 1e39;  // in the only step, after a finite loss
  EXPECT_THROW(trained(two_classes(), o), Error);
}

class TrainBrokenOffAt : public testing::TestWithParam<int> {};

TEST_P(TrainBrokenOffAt, GoesOnToTheSameWeights) {
  TrainingOptions o = quick;
  o.epochs = 3;
  const Scratch scratch;
  const Fingerprint mine = {{"recipe", "this"}};
  ImageTraining first(two_classes(), o, images, 1);
  for (int step = 0; step < GetParam(); ++step) first.step();
  write_checkpoint(scratch / "c.safetensors", first.state(), mine);
  ImageTraining second(two_classes(), o, images, 1);
  restore_checkpoint(scratch / "c.safetensors", mine, second);
  EXPECT_EQ(second.progress().images, first.progress().images);
  EXPECT_EQ(second.progress().main_loss, first.progress().main_loss);
  while (!second.done()) second.step();
  EXPECT_EQ(second.weights(), trained(two_classes(), o));
}

INSTANTIATE_TEST_SUITE_P(Steps, TrainBrokenOffAt, testing::Values(0, 1, 3, 4, 5, 8, 11, 12));

TEST(Checkpoint, OfAnotherTrainingOrADamagedOneIsNamed) {
  const Scratch scratch;
  ImageTraining training(two_classes(), quick, images, 1);
  training.step();
  write_checkpoint(scratch / "c.safetensors", training.state(), {{"recipe", "epochs = 10"}});
  const auto reading = [&](const ResNet& a, const std::string& recipe) {
    return [&scratch, a, recipe] {
      ImageTraining fresh(a, quick, images, 1);
      restore_checkpoint(scratch / "c.safetensors", {{"recipe", recipe}}, fresh);
    };
  };
  expect_error(ExitCode::data, {"c.safetensors", "epochs = 11", "remove it"},
               reading(two_classes(), "epochs = 11"));
  expect_error(ExitCode::data, {"c.safetensors", "trunk.group1.block1.conv1.weight"}, [&] {
    ResNet wider = two_classes();
    wider.options.widths = {16, 16, 16};
    reading(wider, "epochs = 10")();
  });
  write_weights(scratch / "c.safetensors", {training.weights(), {}});
  expect_error(ExitCode::data, {"c.safetensors", "no unfinished training"},
               reading(two_classes(), "epochs = 10"));
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
