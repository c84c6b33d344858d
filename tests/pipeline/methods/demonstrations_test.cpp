#include <gtest/gtest.h>

#include "pipeline/methods/demonstration_options.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/pair_encoder.h"
#include "schemas/error.h"
#include "tests/pipeline/models/transformer_case.h"
#include "tests/pipeline/puzzles/puzzle_case.h"

namespace ttt {
namespace {

const PairEncoder network(PairEncoderOptions{.side = 4, .colours = 6, .width = 16, .layers = 2, .heads = 2});

SourceNetwork source(Precision precision = Precision::float32) {
  SourceNetwork made = source_network(network, initial_weights(network.shape, 1));
  made.network = network.computed(precision, Device::cpu);
  return made;
}

/// Samples that each adapt on `adapt_on` (themselves where it is empty).
Samples samples_of(const std::vector<Puzzle>& puzzles, std::vector<int64_t> ids,
                   const std::vector<Puzzle>& adapt_on = {}) {
  Samples samples;
  auto store = std::make_shared<std::vector<int32_t>>();
  std::vector<std::pair<size_t, size_t>> places;
  const auto put = [&](const Puzzle& puzzle) {
    const std::vector<int32_t> tokens = tokens_of(puzzle);
    places.emplace_back(store->size(), tokens.size());
    store->insert(store->end(), tokens.begin(), tokens.end());
  };
  for (const Puzzle& puzzle : puzzles) put(puzzle);
  for (const Puzzle& puzzle : adapt_on.empty() ? puzzles : adapt_on) put(puzzle);
  const auto tokens = [&](size_t i) {
    return std::span<const int32_t>(*store).subspan(places[i].first, places[i].second);
  };
  samples.id = samples.adapt_id = std::move(ids);
  for (size_t i = 0; i < puzzles.size(); ++i) {
    samples.label.push_back(0);
    samples.tokens.push_back(tokens(i));
    samples.adapt_tokens.push_back(tokens(puzzles.size() + i));
  }
  samples.token_store = store;
  return samples;
}

Records run(const std::string& kind, const Options& options, const Samples& samples,
            const SourceNetwork& model = source()) {
  return kind_of({"m", {kind, options}}).evaluation->evaluate(options, model, samples, {}, [](int64_t) {});
}

Records run(const DemonstrationOptions& options, const Samples& samples,
            const SourceNetwork& model = source()) {
  return run("demonstrations", Options(options), samples, model);
}

const DemonstrationOptions three_steps = {
    .steps = {0, 1, 3}, .learning_rate = 3e-3, .views_per_step = 2, .views = PuzzleViews::both, .ballots = 3};

std::vector<Puzzle> some() {
  return {puzzle_for_test(3, 4, 4, 1), puzzle_for_test(2, 3, 4, 2), puzzle_for_test(4, 4, 2, 3)};
}

/// Every column of puzzles, to the bit. (Records hold NaN where they have nothing, which equals nothing.)
void expect_same(const Records& a, const Records& b) {
  EXPECT_EQ(a.sample, b.sample);
  EXPECT_EQ(a.answer, b.answer);
  EXPECT_EQ(a.correct, b.correct);
  EXPECT_EQ(a.main_loss, b.main_loss);
  EXPECT_EQ(a.aux_loss, b.aux_loss);
  EXPECT_EQ(a.update_norm, b.update_norm);
  EXPECT_EQ(a.cells_right, b.cells_right);
  EXPECT_EQ(a.second_right, b.second_right);
  EXPECT_EQ(a.paid_flops, b.paid_flops);
  EXPECT_EQ(a.steps_taken, b.steps_taken);
  EXPECT_EQ(a.status, b.status);
}

// The same episodes by LibTorch's autograd in float64: nothing in common with the lanes but draws and layout.
TEST(Demonstrations, WholeEpisodesAreThoseOfAutograd) {
  for (const std::string subset : {"all", "norm", "low_rank", "embeddings"})
    for (const Optimiser optimiser : {Optimiser::adam, Optimiser::sgd}) {
      DemonstrationOptions o = three_steps;
      o.subset = subset;
      o.optimiser = optimiser;
      o.rank = 2;
      const Records ours = run(o, samples_of(some(), {3, 4, 9}));
      const Records exact = run(o, samples_of(some(), {3, 4, 9}), source(Precision::float64));
      for (size_t i = 0; i < ours.main_loss.size(); ++i)
        EXPECT_NEAR(ours.main_loss[i], exact.main_loss[i], 1e-5);
      for (size_t i = 0; i < ours.aux_loss.size(); ++i)
        EXPECT_NEAR(ours.aux_loss[i], exact.aux_loss[i], 1e-5);
      for (size_t i = 0; i < ours.update_norm.size(); ++i)
        EXPECT_NEAR(ours.update_norm[i] / exact.update_norm[i], 1, 1e-3);
      EXPECT_EQ(ours.answer, exact.answer) << subset;
      EXPECT_EQ(ours.correct, exact.correct);
      EXPECT_EQ(ours.steps_taken, exact.steps_taken);
    }
}

TEST(Demonstrations, StepsLowerTheirLoss) {
  DemonstrationOptions o;
  o.steps = {0, 60};
  o.learning_rate = 1e-2;
  const Records records = run(o, samples_of({puzzle_for_test(4, 4, 4)}, {1}));
  EXPECT_LT(records.aux_loss.back(), 0.5f * records.aux_loss.front());
  EXPECT_EQ(records.steps_taken[0], 60);
}

TEST(Demonstrations, ASampleDoesNotDependOnItsNeighbours) {
  const Records together = run(three_steps, samples_of(some(), {3, 4, 9}));
  for (size_t k = 0; k < 3; ++k) {
    const Records alone = run(three_steps, samples_of({some()[k]}, {std::array<int64_t, 3>{3, 4, 9}[k]}));
    Records row = empty_like(together, 1);
    copy_row(row, 0, together, static_cast<int64_t>(k));
    expect_same(row, alone);
  }
}

TEST(Demonstrations, TheExpectedAnswerIsReadForTheScoreAlone) {
  std::vector<Puzzle> poisoned = some();
  for (Puzzle& puzzle : poisoned) puzzle.query.out = grid_for_test(1, 3, 81);
  const Records sound = run(three_steps, samples_of(some(), {3, 4, 9}));
  const Records other = run(three_steps, samples_of(poisoned, {3, 4, 9}));
  EXPECT_EQ(other.answer, sound.answer);
  EXPECT_EQ(other.aux_loss, sound.aux_loss);
  EXPECT_EQ(other.update_norm, sound.update_norm);
  EXPECT_NE(other.main_loss, sound.main_loss);
}

TEST(Demonstrations, OnlyTheFirstAreShown) {
  DemonstrationOptions o = three_steps;
  o.demonstrations = 2;
  std::vector<Puzzle> longer = {puzzle_for_test(4, 4, 4)}, shorter = longer;
  shorter.front().demonstrations.resize(2);
  const Records a = run(o, samples_of(longer, {5})), b = run(o, samples_of(shorter, {5}));
  EXPECT_EQ(a.answer, b.answer);
  EXPECT_EQ(a.main_loss, b.main_loss);
  EXPECT_EQ(a.update_norm, b.update_norm);
  EXPECT_NE(a.main_loss, run(three_steps, samples_of(longer, {5})).main_loss);
}

TEST(Demonstrations, PlacebosLearnFromWhatIsNotTheirs) {
  DemonstrationOptions o = three_steps;
  const Records own = run(o, samples_of({some()[0]}, {3}));
  o.adapt_on = PuzzleAdaptOn::other;
  const Records other = run(o, samples_of({some()[0]}, {3}, {puzzle_for_test(3, 4, 4, 7)}));
  o.adapt_on = PuzzleAdaptOn::shuffled;
  const Records shuffled = run(o, samples_of({some()[0]}, {3}));
  for (const Records* placebo : {&other, &shuffled}) {
    EXPECT_EQ(placebo->main_loss[0], own.main_loss[0]);  // the source model
    EXPECT_NE(placebo->aux_loss, own.aux_loss);
    EXPECT_NE(placebo->main_loss[2], own.main_loss[2]);
  }
}

TEST(Demonstrations, WithoutStepsBallotsAreAVote) {
  DemonstrationOptions o;
  o.steps = {0};
  o.ballots = 4;
  Chosen kind = choose(spec_registry().methods, "puzzle_vote");
  const Records voted = run("puzzle_vote", kind.options, samples_of(some(), {3, 4, 9}));
  const Records asked = run(o, samples_of(some(), {3, 4, 9}));
  ASSERT_EQ(voted.milestones, 5);  // 1, 2, 4, 8, 16 views
  for (int64_t row = 0; row < 3; ++row) {
    const int64_t cells = asked.cell_count, from = (row * 5 + 2) * cells;
    EXPECT_TRUE(std::equal(asked.answer.begin() + row * cells, asked.answer.begin() + (row + 1) * cells,
                           voted.answer.begin() + from));
    EXPECT_EQ(asked.correct[static_cast<size_t>(row)], voted.correct[static_cast<size_t>(row * 5 + 2)]);
    EXPECT_EQ(asked.paid_flops[static_cast<size_t>(row)], voted.paid_flops[static_cast<size_t>(row * 5 + 2)]);
  }
}

TEST(Demonstrations, CostsAreCountedForEverySample) {
  const Records records = run(three_steps, samples_of(some(), {3, 4, 9}));
  const std::array<int64_t, 3> demonstrations = {3, 2, 4};
  for (size_t k = 0; k < 3; ++k) {
    const double step = network.lesson_flops(demonstrations[k], 2) +
                        network.lesson_backward_flops(demonstrations[k], 2, "all", 8);
    const double answer = 3 * network.question_flops(demonstrations[k]);
    EXPECT_DOUBLE_EQ(records.paid_flops[3 * k], answer);
    EXPECT_DOUBLE_EQ(records.paid_flops[3 * k + 1], step + answer);
    EXPECT_DOUBLE_EQ(records.paid_flops[3 * k + 2], 3 * step + answer);
  }
}

TEST(Demonstrations, ADivergedPuzzleHasNoAnswerFromThereOn) {
  DemonstrationOptions o = three_steps;
  o.optimiser = Optimiser::sgd;
  o.learning_rate = 100;
  o.steps = {0, 1, 40};
  const Records records = run(o, samples_of({some()[0]}, {3}));
  if (records.status[0] != Status::diverged) GTEST_SKIP() << "RMSNorm held";
  EXPECT_EQ(records.correct.back(), 0);
  EXPECT_EQ(records.answer[static_cast<size_t>(2 * records.cell_count)], -1);
}

TEST(Demonstrations, RulesOfItsKeys) {
  EXPECT_THROW(validate(DemonstrationOptions{.steps = {1, 2}}), Error);
  EXPECT_THROW(validate(DemonstrationOptions{.steps = {0, 2, 2}}), Error);
  EXPECT_THROW(validate(DemonstrationOptions{.momentum = 0.5}), Error);
  EXPECT_THROW(validate(DemonstrationOptions{.views_per_step = 2}), Error);
  EXPECT_THROW(validate(DemonstrationOptions{.ballots = 2, .ballot_views = PuzzleViews::none}), Error);
  EXPECT_NO_THROW(validate(three_steps));
}

}  // namespace
}  // namespace ttt
