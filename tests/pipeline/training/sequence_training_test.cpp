#include "pipeline/training/sequence_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/torch.h"
#include "pipeline/models/transformer_weights.h"
#include "pipeline/training/checkpoint.h"
#include "pipeline/training/text_windows.h"
#include "schemas/error.h"
#include "tests/kernels/lanes/threads.h"
#include "tests/pipeline/models/transformer_case.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

const TransformerShape shape{.vocabulary = 37, .width = 16, .layers = 2, .heads = 2, .window = 24};
const SequenceTrainingOptions quick{.steps = 60, .batch = 5, .learning_rate = 0.02, .warmup = 5};
const std::vector<int32_t> text = text_for_test(2000, 37);
const TextWindows windows(shape, text);

TrainingState after(int64_t steps, const SequenceTrainingOptions& options = quick, uint64_t seed = 1) {
  SequenceTraining training("m", shape, options, windows, seed);
  while (training.progress().steps < steps) training.step();
  return training.state();
}

TEST(TrainSequence, LearnsWhatCanBePredicted) {
  SequenceTraining training("m", shape, quick, windows, 1);
  training.step();
  EXPECT_NEAR(training.progress().nats, std::log(37), 0.3);
  EXPECT_EQ(training.progress().seen, 5 * 24);
  while (!training.done()) training.step();
  const SequenceTrainingProgress end = training.progress();
  EXPECT_EQ(end.steps, 60);
  EXPECT_LT(end.nats, 0.8 * std::log(37));  // the mean of all steps: fewer than are looked back on
  double late = 0;
  const TrainingState state = training.state();
  for (size_t i = 50; i < 60; ++i) late += state.numbers.at("late")[i] / 10;
  EXPECT_LT(late, 0.5 * std::log(37));
}

TEST(TrainSequence, AnyNumberOfThreadsMakesTheSameWeights) {
  const TrainingState alone = after(6);
  for (const int number : {2, 3, 8}) {
    const Threads threads(number);
    EXPECT_EQ(after(6), alone) << number;
  }
}

TEST(TrainSequence, StoppedAndResumedIsAsInOneGo) {
  SequenceTraining rest("m", shape, quick, windows, 1);
  rest.restore(after(4));
  while (rest.progress().steps < 9) rest.step();
  EXPECT_EQ(rest.state(), after(9));
}

TEST(TrainSequence, ResumedFromAFileIsAsInOneGo) {
  const Scratch scratch;
  SequenceTraining first("m", shape, quick, windows, 1), second("m", shape, quick, windows, 1);
  for (int i = 0; i < 3; ++i) first.step();
  write_checkpoint(scratch / "c.safetensors", first.state(), {{"recipe", "this"}});
  restore_checkpoint(scratch / "c.safetensors", {{"recipe", "this"}}, second);
  EXPECT_EQ(second.state(), first.state());
  while (second.progress().steps < 9) second.step();
  EXPECT_EQ(second.state(), after(9));
}

TEST(TrainSequence, TheSeedDrawsWeightsAndPlaces) {
  EXPECT_EQ(after(2), after(2));
  EXPECT_NE(after(2).weights, after(2, quick, 2).weights);
  EXPECT_NE(after(1).numbers, after(2).numbers);
}

// One step by LibTorch's autograd and PyTorch's formula of AdamW.
TEST(TrainSequence, AStepIsThatOfAutograd) {
  SequenceTrainingOptions one = quick;
  one.warmup = 0;
  one.clip = 0.1;
  std::map<std::string, at::Tensor> mean;
  for (int64_t w = 0; w < one.batch; ++w) {
    const Draw draw(1, Purpose::window_place, 0);
    const uint32_t place = draw.below(static_cast<uint32_t>(w), text.size() - 24);
    TorchTransformerLane lane(shape, one_lane(initial_weights(shape, 1)), "all", 0, 1, 0, Precision::float64,
                              Device::cpu);
    const std::span<const int32_t> all(text);
    lane.differentiate({all.subspan(place, 24), all.subspan(place + 1, 24)});
    for (const auto& [name, g] : lane.gradients())
      mean[name] = mean.contains(name) ? mean[name] + g / 5.0 : g / 5.0;
  }
  double squares = 0;
  for (const auto& [name, g] : mean) squares += g.pow(2).sum().item<double>();
  ASSERT_GT(squares, 0.01);
  const double share = 0.1 / std::sqrt(squares), rate = one.learning_rate;
  EXPECT_DOUBLE_EQ(learning_rate(one, 0), rate);
  const TrainingState state = after(1, one);
  for (const auto& [name, array] : initial_weights(shape, 1)) {
    const at::Tensor g = (mean.at(name) * share).contiguous();
    for (size_t i = 0; i < array.values.size(); i += 11) {
      const double x = g.flatten()[static_cast<int64_t>(i)].item<double>();
      if (std::abs(x) < 1e-6) continue;  // Adam's first step is the sign
      const double wanted =
          static_cast<double>(array.values[i]) * (1 - rate * 0.01) - rate * x / (std::abs(x) + 1e-8);
      EXPECT_NEAR(state.weights.at(name).values[i], wanted, 1e-5) << name;
    }
  }
}

TEST(TrainSequence, TheRateRisesAndFallsToItsShare) {
  const SequenceTrainingOptions o{.steps = 1000, .learning_rate = 2, .warmup = 100, .final_share = 0.05};
  EXPECT_NEAR(learning_rate(o, 0), 0.02, 1e-9);
  EXPECT_NEAR(learning_rate(o, 499) / learning_rate(o, 500), 1, 0.01);
  EXPECT_NEAR(learning_rate(o, 500), 2 * (0.05 + 0.95 / 2), 1e-9);
  EXPECT_NEAR(learning_rate(o, 999), 0.1, 1e-3);
}

TEST(TrainSequence, WhatCannotBeTrainedOnIsRefused) {
  const std::vector<int32_t> small(24), foreign(100, 37);
  EXPECT_THROW(TextWindows(shape, small), Error);
  EXPECT_THROW(TextWindows(shape, foreign), Error);
  EXPECT_THROW(validate(SequenceTrainingOptions{.steps = 10, .warmup = 11}), Error);
  SequenceTraining training("m", shape, quick, windows, 1);
  TrainingState broken = training.state();
  broken.weights.at("norm.weight").values[0] = std::numeric_limits<float>::infinity();
  training.restore(broken);
  EXPECT_THROW(training.step(), Error);
}

}  // namespace
}  // namespace ttt
