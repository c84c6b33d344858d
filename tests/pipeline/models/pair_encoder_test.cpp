#include "pipeline/models/pair_encoder.h"

#include <gtest/gtest.h>

#include "kernels/torch.h"
#include "pipeline/puzzles/answer.h"
#include "schemas/error.h"
#include "tests/pipeline/models/transformer_case.h"
#include "tests/pipeline/puzzles/puzzle_case.h"

namespace ttt {
namespace {

const PairEncoderOptions small = {
    .side = 4, .colours = 6, .width = 18, .layers = 2, .heads = 3, .hidden_multiple = 2};

const PairEncoder& network() {
  static const PairEncoder made(small);
  return made;
}

TransformerLane lane_of(const std::string& subset = "all") {
  return TransformerLane(network().shape, weights_for_test(network().shape), subset, 3, 1, 5);
}
TorchTransformerLane exact_lane(const std::string& subset = "all") {
  return TorchTransformerLane(network().shape, weights_for_test(network().shape), subset, 3, 1, 5,
                              Precision::float64, Device::cpu);
}

std::vector<float> odds(SequenceLane& lane, const Puzzle& puzzle) {
  return lane.score(network().question(puzzle).window(), {.log_probabilities = true}).log_probabilities;
}

std::vector<std::vector<PuzzlePair>> lessons() {
  return {puzzle_for_test(3, 4, 4, 1).demonstrations, puzzle_for_test(3, 3, 4, 2).demonstrations};
}

TEST(PairEncoder, AsksForEveryCellOfTheFrame) {
  const OwnedWindow question = network().question(puzzle_for_test(3, 3, 2));
  EXPECT_EQ(question.targets.size(), 16u);
  EXPECT_EQ(question.tokens.size(), 4u * 4 * 16);
  EXPECT_EQ(std::ranges::count(question.targets, 6), 16 - 6);  // outside
  const OwnedWindow lesson = network().lesson(lessons());
  EXPECT_EQ(lesson.targets.size(), 2u * 3 * 16);
  EXPECT_EQ(lesson.tokens.size(), 4u * 2 * 6 * 16);
}

TEST(PairEncoder, ExtentsAreThoseOfTheWindows) {
  const auto seen = [](const OwnedWindow& window) {
    double sum = 0;
    for (const cpu::Interval& interval : window.sees) sum += interval.end - interval.begin;
    return sum;
  };
  const OwnedWindow question = network().question(puzzle_for_test(3, 4, 4)),
                    lesson = network().lesson(lessons());
  const PassExtent asked = network().layout.question_extent(3),
                   learned = network().layout.lesson_extent(3, 2);
  EXPECT_EQ(asked.rows * 4, std::ssize(question.tokens));
  EXPECT_EQ(asked.scored, std::ssize(question.targets));
  EXPECT_EQ(asked.seen, seen(question));
  EXPECT_EQ(learned.rows * 4, std::ssize(lesson.tokens));
  EXPECT_EQ(learned.scored, std::ssize(lesson.targets));
  EXPECT_EQ(learned.seen, seen(lesson));
}

TEST(PairEncoder, IsTheSameAsOnLibTorch) {
  const OwnedWindow lesson = network().lesson(lessons());
  for (const std::string& subset : transformer_subsets()) {
    TransformerLane lane = lane_of(subset);
    TorchTransformerLane exact = exact_lane(subset);
    for (int step = 0; step < 3; ++step) {
      const TokenScores scores = lane.differentiate(lesson.window()),
                        wanted = exact.differentiate(lesson.window());
      for (size_t i = 0; i < scores.nats.size(); ++i)
        ASSERT_NEAR(scores.nats[i], wanted.nats[i], 1e-4) << subset;
      for (const auto& [name, gradient] : lane.gradients()) {
        const at::Tensor all = exact.gradients().at(name).contiguous();
        double error = 0, length = 0;
        for (size_t i = 0; i < gradient.values.size(); ++i) {
          const double g = all.const_data_ptr<double>()[i];
          error += std::pow(g - static_cast<double>(gradient.values[i]), 2);
          length += g * g;
        }
        EXPECT_LT(std::sqrt(error), 5e-5 * std::sqrt(length) + 1e-8) << subset << " " << name;
      }
      const SequenceStep how{lanes::Sgd{.learning_rate = 0.1}};
      EXPECT_NEAR(lane.step(how) / exact.step(how), 1, 1e-4) << subset;
    }
    const std::vector<float> ours = odds(lane, puzzle_for_test(3, 4, 3)),
                             theirs = odds(exact, puzzle_for_test(3, 4, 3));
    ASSERT_EQ(ours.size(), 16u * 7);
    for (size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], theirs[i], 1e-4) << subset;
  }
}

TEST(PairEncoder, TheExpectedAnswerIsNotReadToAnswer) {
  Puzzle puzzle = puzzle_for_test(3, 4, 4);
  TransformerLane lane = lane_of();
  const std::vector<float> before = odds(lane, puzzle);
  puzzle.query.out = grid_for_test(2, 3, 77);
  EXPECT_EQ(odds(lane, puzzle), before);
}

TEST(PairEncoder, DemonstrationsAreReadToAnswer) {
  Puzzle puzzle = puzzle_for_test(3, 4, 4);
  TransformerLane lane = lane_of();
  const std::vector<float> before = odds(lane, puzzle);
  for (size_t i = 0; i < 3; ++i) {
    Puzzle other = puzzle;
    other.demonstrations[i].out = grid_for_test(4, 4, 78);
    EXPECT_NE(odds(lane, other), before) << i;
  }
}

// Leave one out: what is said of a pair does not depend on its own answer, and no puzzle on another.
TEST(PairEncoder, ALessonDoesNotSeeWhatItAsksFor) {
  TransformerLane lane = lane_of();
  const auto said = [&](const std::vector<std::vector<PuzzlePair>>& of) {
    return lane.score(network().lesson(of).window(), {.log_probabilities = true}).log_probabilities;
  };
  const std::vector<float> sound = said(lessons());
  constexpr size_t grid = 16 * 7;
  for (size_t puzzle = 0; puzzle < 2; ++puzzle)
    for (size_t pair = 0; pair < 3; ++pair) {
      auto poisoned = lessons();
      poisoned[puzzle][pair].out = grid_for_test(2, 2, 79);
      const std::vector<float> other = said(poisoned);
      for (size_t asked = 0; asked < 6; ++asked) {
        const auto begin = static_cast<int64_t>(asked * grid), end = begin + static_cast<int64_t>(grid);
        const bool same = std::equal(sound.begin() + begin, sound.begin() + end, other.begin() + begin);
        EXPECT_EQ(same, asked / 3 != puzzle || asked % 3 == pair) << puzzle << pair << asked;
      }
    }
}

TEST(PairEncoder, ALessonOfOnePuzzleIsTheQuestionOfItsLastPair) {
  const Puzzle puzzle = puzzle_for_test(3, 4, 4);
  std::vector<PuzzlePair> pairs = puzzle.demonstrations;
  pairs.push_back(puzzle.query);
  TransformerLane lane = lane_of();
  const std::vector<float> asked = odds(lane, puzzle);
  const std::vector<float> lesson =
      lane.score(network().lesson({&pairs, 1}).window(), {.log_probabilities = true}).log_probabilities;
  for (size_t i = 0; i < asked.size(); ++i)
    EXPECT_NEAR(lesson[lesson.size() - asked.size() + i], asked[i], 1e-5);
}

TEST(PairEncoder, WhatDoesNotFitIsRefused) {
  TransformerLane lane = lane_of();
  EXPECT_THROW(network().question(puzzle_for_test(2, 5, 4)), Error);
  Puzzle colourful = puzzle_for_test(2, 4, 4);
  colourful.query.in.cells[0] = 6;
  EXPECT_THROW(network().question(colourful), Error);
  InputForm form;
  EXPECT_THROW(pair_encoder_of("m", small, form, {}), Error);
  form.tokens = TokenForm{31, 100, PuzzleForm{5, 6, 4}};
  EXPECT_THROW(pair_encoder_of("m", small, form, {}), Error);
  form.tokens->puzzles = PuzzleForm{4, 7, 4};
  EXPECT_THROW(pair_encoder_of("m", small, form, {}), Error);
  form.tokens->puzzles = PuzzleForm{4, 6, 4};
  EXPECT_EQ(pair_encoder_of("m", small, form, {}).demonstrations, 3);
}

}  // namespace
}  // namespace ttt
