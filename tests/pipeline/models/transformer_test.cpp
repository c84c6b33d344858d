#include "pipeline/models/transformer.h"

#include <gtest/gtest.h>

#include <limits>

#include "kernels/cpu/isa.h"
#include "kernels/torch.h"
#include "schemas/error.h"
#include "tests/pipeline/models/transformer_case.h"

namespace ttt {
namespace {

const std::vector<std::string> subsets = transformer_subsets();
constexpr int rank = 3;

const SequenceStep adam{lanes::Adam{.learning_rate = 7e-4}};
const SequenceStep sgd{lanes::Sgd{.learning_rate = 0.1}};

TransformerLane lane_of_shape(const TransformerShape& shape, const std::string& subset = "all",
                              uint64_t seed = 1) {
  return TransformerLane(shape, weights_for_test(shape), subset, rank, seed, 5);
}
TorchTransformerLane exact_lane(const TransformerShape& shape, const std::string& subset = "all") {
  return TorchTransformerLane(shape, weights_for_test(shape), subset, rank, 1, 5, Precision::float64,
                              Device::cpu);
}

TokenWindow odd_window(const std::vector<int32_t>& tokens) { return window_of(tokens, 29, 29, 11); }

TransformerShape with(TransformerShape shape, Activation activation, double rotary_base) {
  shape.activation = activation;
  shape.rotary_base = rotary_base;
  return shape;
}

std::vector<float> all_nats(SequenceLane& lane, const std::vector<int32_t>& tokens, int steps,
                            const SequenceStep& how) {
  std::vector<float> nats;
  episode(lane, tokens, steps, how,
          [&](const TokenScores& s) { nats.insert(nats.end(), s.nats.begin(), s.nats.end()); });
  return nats;
}

double mean(const std::vector<float>& values) {
  double sum = 0;
  for (const float v : values) sum += v;
  return sum / static_cast<double>(values.size());
}

TEST(TransformerShape, HasTheWeightsOfTheStudy) {
  int64_t numbers = 0;
  for (const TransformerWeight& weight : weights_of(study_shape)) numbers += weight.size();
  EXPECT_EQ(numbers, 115'008);
  EXPECT_EQ(numbers, 256 * 64 + 2 * (12 * 64 * 64 + 2 * 64) + 64);
}

// The closed form of the study: multiply-adds of a document of 1024 bytes in windows of up to 128.
TEST(TransformerShape, CountsFlopsAsTheClosedFormDoes) {
  const Transformer network(study_shape);
  double none = 0, one = 0;
  for (int chunk = 0; chunk < 16; ++chunk) {
    const int64_t rows = chunk == 0 ? 64 : 128;
    const double t = static_cast<double>(rows), d = 64;
    const double macs = t * 2 * (12 * d * d + d * (t + 1)) + 64 * 256 * d;
    EXPECT_DOUBLE_EQ(network.forward_flops(rows, 64), 2 * macs);
    EXPECT_DOUBLE_EQ(network.backward_flops(rows, 64, "all", 0), 4 * macs);
    none += macs;
    one += chunk < 15 ? 3 * macs : macs;
  }
  EXPECT_NEAR(none * 1e-6, 244, 0.5);
  EXPECT_NEAR(one * 1e-6, 701, 0.5);
  EXPECT_LT(network.backward_flops(128, 64, "norm", 0), network.backward_flops(128, 64, "embeddings", 0));
  EXPECT_LT(network.backward_flops(128, 64, "embeddings", 0), network.backward_flops(128, 64, "all", 0));
  EXPECT_LT(network.backward_flops(128, 64, "low_rank", 2), network.backward_flops(128, 64, "low_rank", 4));
}

TEST(TransformerShape, ALaneHoldsAboutWhatIsSaidOfIt) {
  const Transformer network(study_shape);
  const std::vector<int32_t> tokens = text_for_test(129, 256);
  for (const std::string& subset : subsets) {
    TransformerLane lane = lane_of_shape(study_shape, subset);
    lane.differentiate(window_of(tokens, 128, 128, 128));
    const double said = static_cast<double>(network.lane_bytes(subset, rank, 128));
    EXPECT_NEAR(static_cast<double>(lane.bytes()) / said, 1, 0.5)
        << subset;  // workspace comes in pieces of a MiB
  }
}

TEST(TransformerShape, RefusesWhatDoesNotFit) {
  EXPECT_THROW(validate(TransformerShape{.width = 64, .heads = 5}), Error);
  EXPECT_THROW(validate(TransformerShape{.width = 12, .heads = 4}), Error);  // rotary turns pairs
  EXPECT_NO_THROW(validate(TransformerShape{.width = 12, .heads = 4, .rotary_base = 0}));
  EXPECT_THROW(adapted_weights(study_shape, "trunk", 1), Error);
  EXPECT_THROW(adapted_weights(study_shape, "low_rank", 0), Error);
}

class OverSubsets : public testing::TestWithParam<std::string> {};

TEST_P(OverSubsets, GradientsAreThoseOfAutograd) {
  for (const TransformerShape& shape :
       {odd_shape, with(odd_shape, Activation::swiglu, 500), with(odd_shape, Activation::gelu, 0)}) {
    const std::vector<int32_t> tokens = text_for_test(40, shape.vocabulary);
    TransformerLane lane = lane_of_shape(shape, GetParam());
    TorchTransformerLane exact = exact_lane(shape, GetParam());
    for (int step = 0; step < 3; ++step) {  // after a step no factor is zero
      lane.differentiate(odd_window(tokens));
      exact.differentiate(odd_window(tokens));
      double error = 0, length = 0;
      const auto gradients = lane.gradients();
      ASSERT_EQ(gradients.size(), exact.gradients().size());
      for (const auto& [name, gradient] : gradients) {
        const at::Tensor wanted = exact.gradients().at(name).contiguous();
        double own_error = 0, own_length = 0;
        for (size_t i = 0; i < gradient.values.size(); ++i) {
          const double g = wanted.const_data_ptr<double>()[i];
          own_error += std::pow(g - static_cast<double>(gradient.values[i]), 2);
          own_length += g * g;
        }
        EXPECT_LT(std::sqrt(own_error), 3e-5 * std::sqrt(own_length) + 1e-9) << name;
        error += own_error;
        length += own_length;
      }
      EXPECT_LT(std::sqrt(error), 1e-5 * std::sqrt(length));
      const double update = lane.step(sgd), wanted = exact.step(sgd);
      EXPECT_NEAR(update / wanted, 1, 1e-5);
    }
  }
}

TEST_P(OverSubsets, AutogradAgreesWithFiniteDifferences) {
  const TransformerShape shape{.vocabulary = 11, .width = 8, .layers = 2, .heads = 2, .hidden_multiple = 2};
  const std::vector<int32_t> tokens = text_for_test(8, shape.vocabulary);
  const TokenWindow window = window_of(tokens, 6, 6, 4);
  const auto loss = [&](TorchTransformerLane& lane) { return lane.mean_nats(window); };
  TorchTransformerLane lane(shape, weights_for_test(shape), GetParam(), 2, 1, 0, Precision::float64,
                            Device::cpu);
  lane.differentiate(window);
  lane.step(sgd);
  lane.differentiate(window);
  for (const auto& [name, gradient] : lane.gradients()) {
    const at::Tensor values = lane.adapted().at(name);
    for (const int64_t i : {int64_t{0}, values.numel() / 2, values.numel() - 1}) {
      double* at = values.mutable_data_ptr<double>() + i;
      const double kept = *at, small = 1e-5;
      *at = kept + small;
      const double above = loss(lane);
      *at = kept - small;
      const double below = loss(lane);
      *at = kept;
      EXPECT_NEAR((above - below) / (2 * small), gradient.contiguous().const_data_ptr<double>()[i], 1e-8)
          << name;
    }
  }
}

TEST_P(OverSubsets, DifferentiateScoresToTheBitAndRepeats) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  TransformerLane lane = lane_of_shape(odd_shape, GetParam());
  const TokenScores scores = lane.score(odd_window(tokens), {.hidden = true});
  EXPECT_EQ(lane.differentiate(odd_window(tokens), {.hidden = true}), scores);
  const auto gradients = lane.gradients();
  lane.score(window_of(tokens, 20, 20, 1));
  EXPECT_EQ(lane.differentiate(odd_window(tokens), {.hidden = true}), scores);
  EXPECT_EQ(lane.gradients(), gradients);
  EXPECT_EQ(scores.hidden.size(), 11u * 18u);
  EXPECT_TRUE(lane.score(odd_window(tokens)).hidden.empty());
}

TEST_P(OverSubsets, ARateOfZeroIsNoAdaptationAndResetForgets) {
  const std::vector<int32_t> tokens = text_for_test(257, 256);
  TransformerLane lane = lane_of_shape(study_shape, GetParam());
  const std::vector<float> plain = all_nats(lane, tokens, 0, adam);
  EXPECT_EQ(all_nats(lane, tokens, 2, {lanes::Adam{.learning_rate = 0}}), plain);
  lane.reset();
  const std::vector<float> adapted = all_nats(lane, tokens, 2, adam);
  EXPECT_NE(adapted, plain);
  EXPECT_TRUE(std::equal(plain.begin(), plain.begin() + 64, adapted.begin()));  // the first chunk
  lane.reset();
  EXPECT_EQ(all_nats(lane, tokens, 2, adam), adapted);
  lane.reset();
  EXPECT_EQ(all_nats(lane, tokens, 0, adam), plain);
}

TEST_P(OverSubsets, TheSourceKeepsItsBytes) {
  const Weights source = weights_for_test(odd_shape);
  const std::map<std::string, Array> before = to_arrays(source);
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  TransformerLane lane(odd_shape, source, GetParam(), rank, 1, 0);
  for (int i = 0; i < 3; ++i) {
    lane.differentiate(odd_window(tokens));
    lane.step(sgd);
  }
  EXPECT_EQ(to_arrays(source), before);
}

TEST_P(OverSubsets, PulledAllTheWayALaneIsTheSourceAgain) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  TransformerLane lane = lane_of_shape(odd_shape, GetParam());
  TorchTransformerLane exact = exact_lane(odd_shape, GetParam());
  const TokenScores before = lane.score(odd_window(tokens));
  for (SequenceLane* each : {static_cast<SequenceLane*>(&lane), static_cast<SequenceLane*>(&exact)}) {
    each->differentiate(odd_window(tokens));
    each->step(sgd);
    each->pull_to_source(0.25);
  }
  EXPECT_NEAR(mean(lane.score(odd_window(tokens)).nats), mean(exact.score(odd_window(tokens)).nats), 1e-5);
  EXPECT_NE(lane.score(odd_window(tokens)).nats, before.nats);
  lane.pull_to_source(1);
  const TokenScores after = lane.score(odd_window(tokens));
  for (size_t i = 0; i < before.nats.size(); ++i) EXPECT_NEAR(after.nats[i], before.nats[i], 1e-5);
}

TEST_P(OverSubsets, AWeightThatIsNoNumberStopsTheLaneAndNoOther) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  Weights bad = weights_for_test(odd_shape);
  bad.at("layers.1.up.weight").flatten().mutable_data_ptr<float>()[7] =
      std::numeric_limits<float>::quiet_NaN();
  TransformerLane lane(odd_shape, bad, GetParam(), rank, 1, 0), sound = lane_of_shape(odd_shape, GetParam());
  const TokenScores before = sound.score(odd_window(tokens));
  const TokenScores scores = lane.differentiate(odd_window(tokens));
  const auto weights = lane.adapted();
  for (const float nats : scores.nats) EXPECT_TRUE(std::isnan(nats));
  for (const uint8_t correct : scores.correct) EXPECT_FALSE(correct);
  EXPECT_TRUE(std::isnan(lane.step(adam)));
  const auto after = lane.adapted();
  for (const auto& [name, array] : weights)
    EXPECT_EQ(
        std::memcmp(array.values.data(), after.at(name).values.data(), array.values.size() * sizeof(float)),
        0);
  EXPECT_EQ(sound.score(odd_window(tokens)), before);
}

std::string name_of(const testing::TestParamInfo<std::string>& subset) {
  std::string name = subset.param;
  std::ranges::replace(name, '+', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Transformer, OverSubsets, testing::ValuesIn(subsets), name_of);

// Fifteen chunks of four steps, and a sixteenth: the same losses and predictions as LibTorch's in double.
TEST(Transformer, WholeEpisodesAreThoseOfAutograd) {
  const std::vector<int32_t> tokens = text_for_test(1025, 256);
  TransformerLane lane = lane_of_shape(study_shape);
  TorchTransformerLane exact = exact_lane(study_shape);
  std::vector<TokenScores> wanted;
  episode(exact, tokens, 4, adam, [&](const TokenScores& s) { wanted.push_back(s); });
  size_t chunk = 0;
  episode(lane, tokens, 4, adam, [&](const TokenScores& s) {
    EXPECT_NEAR(mean(s.nats) / mean(wanted[chunk].nats), 1, 1e-5) << chunk;
    EXPECT_EQ(s.correct, wanted[chunk].correct) << chunk;
    ++chunk;
  });
  EXPECT_EQ(chunk, 16u);
  EXPECT_LT(mean(wanted.back().nats), 0.7 * mean(wanted.front().nats));  // there was something to learn
}

TEST(Transformer, ATokenChangesNoScoreBeforeIt) {
  for (const TransformerShape& shape : {study_shape, odd_shape}) {
    const int64_t rows = shape.vocabulary == 256 ? 128 : 29;
    const std::vector<int32_t> tokens = text_for_test(rows + 1, shape.vocabulary);
    TransformerLane lane = lane_of_shape(shape);
    const TokenScores sound = lane.score(window_of(tokens, rows, rows, rows));
    for (const int64_t at : {int64_t{1}, rows / 2, rows - 1}) {
      std::vector<int32_t> poisoned = tokens;
      poisoned[static_cast<size_t>(at)] = (tokens[static_cast<size_t>(at)] + 1) % shape.vocabulary;
      const TokenScores scores = lane.score(window_of(poisoned, rows, rows, rows));
      const auto before = [&](const std::vector<float>& nats) {
        return std::vector<float>(nats.begin(), nats.begin() + at - 1);
      };
      EXPECT_EQ(before(scores.nats), before(sound.nats)) << at;
      EXPECT_NE(scores.nats[static_cast<size_t>(at)], sound.nats[static_cast<size_t>(at)]) << at;
    }
  }
}

// What a row scores does not depend on how many others are scored (rows of the last layer are left out).
TEST(Transformer, FewerScoredRowsAreTheSameRows) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  TransformerLane lane = lane_of_shape(odd_shape);
  const TokenScores all = lane.score(window_of(tokens, 29, 29, 29), {.hidden = true});
  for (const int64_t scored : {1, 8, 13}) {
    const TokenScores some = lane.score(window_of(tokens, 29, 29, scored), {.hidden = true});
    EXPECT_TRUE(std::equal(some.nats.rbegin(), some.nats.rend(), all.nats.rbegin())) << scored;
    EXPECT_TRUE(std::equal(some.hidden.rbegin(), some.hidden.rend(), all.hidden.rbegin())) << scored;
  }
}

TEST(Transformer, AClippedStepIsNoLongerThanItsRateTimesTheClip) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  for (const double clip : {1e-3, 0.05, 1e3}) {
    TransformerLane lane = lane_of_shape(odd_shape);
    TorchTransformerLane exact = exact_lane(odd_shape);
    lane.differentiate(odd_window(tokens));
    exact.differentiate(odd_window(tokens));
    const SequenceStep how{lanes::Sgd{.learning_rate = 0.1}, clip};
    const double update = lane.step(how);
    EXPECT_LE(update, 0.1 * clip * (1 + 1e-6));
    EXPECT_NEAR(update / exact.step(how), 1, 1e-5);
  }
  TransformerLane lane = lane_of_shape(odd_shape);
  lane.differentiate(odd_window(tokens));
  EXPECT_NEAR(lane.step({lanes::Sgd{.learning_rate = 0.1}, 0, true}), 0.1, 1e-6);
}

TEST(Transformer, RulesOfStepsAreThoseOfTheReference) {
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  const std::vector<SequenceStep> rules = {
      {lanes::Sgd{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.01}},
      {lanes::Sgd{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true}, 0.5},
      {lanes::Adam{.learning_rate = 0.01, .beta1 = 0.5, .beta2 = 0.9, .epsilon = 1e-3, .weight_decay = 0.01},
       0.5}};
  for (const SequenceStep& rule : rules) {
    TransformerLane lane = lane_of_shape(odd_shape);
    TorchTransformerLane exact = exact_lane(odd_shape);
    for (int i = 0; i < 4; ++i) {
      lane.differentiate(odd_window(tokens));
      exact.differentiate(odd_window(tokens));
      EXPECT_NEAR(lane.step(rule) / exact.step(rule), 1, 1e-4);
    }
    const TokenScores a = lane.score(odd_window(tokens)), b = exact.score(odd_window(tokens));
    EXPECT_NEAR(mean(a.nats) / mean(b.nats), 1, 1e-5);
  }
}

TEST(Transformer, FactorsAreDrawnBySeedAndSample) {
  const auto drawn = [&](uint64_t seed, int64_t sample) {
    return TransformerLane(odd_shape, weights_for_test(odd_shape), "low_rank", rank, seed, sample).adapted();
  };
  EXPECT_EQ(drawn(1, 2), drawn(1, 2));
  EXPECT_NE(drawn(1, 2), drawn(1, 3));
  EXPECT_NE(drawn(1, 2), drawn(2, 2));
  EXPECT_NE(drawn(1, 2).at("layers.0.out.weight.low_rank_a"),
            drawn(1, 2).at("layers.1.out.weight.low_rank_a"));
  const std::map<std::string, Array> factors = drawn(1, 2);
  for (const float b : factors.at("layers.0.out.weight.low_rank_b").values) EXPECT_EQ(b, 0);
}

TEST(Transformer, InstructionSetsAgree) {
  const std::vector<int32_t> tokens = text_for_test(193, 256);
  std::vector<std::vector<float>> nats;
  for (const cpu::Isa isa : cpu::available_instruction_sets()) {
    cpu::pin_instruction_set(isa);
    TransformerLane lane = lane_of_shape(study_shape);
    nats.push_back(all_nats(lane, tokens, 2, adam));
  }
  cpu::pin_instruction_set(cpu::available_instruction_sets().back());
  for (const std::vector<float>& other : nats)
    for (size_t i = 0; i < other.size(); ++i) EXPECT_NEAR(other[i], nats.front()[i], 2e-4);
}

TEST(Transformer, ComputesWithKernelsOrWithLibTorch) {
  Transformer network(odd_shape);
  const SourceNetwork source = network.example();
  const std::vector<int32_t> tokens = text_for_test(40, odd_shape.vocabulary);
  const auto exact = source.in_float64();
  const auto score = [&](const SourceNetwork& of) {
    return sequence_network(*of.network).lane(of.weights, "all", 0, 1, 0)->score(odd_window(tokens)).nats;
  };
  EXPECT_NEAR(mean(score(source)), mean(score(exact)), 1e-6);
  EXPECT_NE(describe(source.network->compute_path()), describe(exact.network->compute_path()));
}

TEST(Transformer, WindowsThatCannotBeScoredAreRefused) {
  const std::vector<int32_t> tokens = {0, 1, 2, 37};
  const std::span<const int32_t> all(tokens);
  EXPECT_THROW(check_window(odd_shape, {all.first(2), {}}), Error);
  EXPECT_THROW(check_window(odd_shape, {all.first(1), all.first(2)}), Error);
  EXPECT_THROW(check_window(odd_shape, {all, all.first(1)}), Error);
  EXPECT_NO_THROW(check_window(odd_shape, {all.first(2), all.subspan(1, 2)}));
}

}  // namespace
}  // namespace ttt
