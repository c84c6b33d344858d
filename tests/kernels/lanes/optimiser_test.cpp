#include "kernels/lanes/optimiser.h"

#include <gtest/gtest.h>

#include <limits>

#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

at::Tensor lanes(const std::vector<int64_t>& active) { return at::tensor(active).to(at::kBool); }

const at::Tensor both = lanes({true, true});

at::Tensor row(std::vector<double> values) { return at::tensor(values, at::kDouble).unsqueeze(0); }

TEST(Sgd, StepsAgainstTheGradient) {
  Weights w = {{"a", row({1, 2})}};
  OptimiserState state;
  const at::Tensor norm = update(Sgd{.learning_rate = 0.1}, state, w, {{"a", row({3, -4})}}, lanes({true}));
  EXPECT_TRUE(w.at("a").allclose(row({0.7, 2.4})));
  EXPECT_NEAR(norm[0].item<double>(), 0.5, 1e-12);
}

TEST(Sgd, FollowsPyTorchsMomentumAndDecay) {
  // velocity = momentum v + g + decay w, by hand over two steps
  Weights w = {{"a", row({1})}};
  OptimiserState state;
  const Sgd sgd{.learning_rate = 0.1, .momentum = 0.9, .weight_decay = 0.5};
  update(sgd, state, w, {{"a", row({2})}}, lanes({true}));  // v = 2.5, w = 0.75
  EXPECT_NEAR(w.at("a").item<double>(), 0.75, 1e-12);
  update(sgd, state, w, {{"a", row({2})}}, lanes({true}));  // v = 2.25 + 2 + 0.375 = 4.625, w = 0.2875
  EXPECT_NEAR(w.at("a").item<double>(), 0.2875, 1e-12);
}

TEST(Sgd, NesterovLooksAhead) {
  Weights w = {{"a", row({0})}};
  OptimiserState state;
  const Sgd sgd{.learning_rate = 1, .momentum = 0.5, .nesterov = true};
  update(sgd, state, w, {{"a", row({1})}}, lanes({true}));  // v = 1, step = 1 + 0.5
  EXPECT_NEAR(w.at("a").item<double>(), -1.5, 1e-12);
}

TEST(Sgd, TreatsEveryElementAlikeWhateverTheirNumber) {
  for (const int64_t size : {1, 15, 16, 17, 37}) {
    const at::Tensor before = normals({2, size}, 1, at::kFloat), gradient = normals({2, size}, 2, at::kFloat);
    Weights w = {{"a", before}};
    OptimiserState state;
    const at::Tensor norm = update(Sgd{.learning_rate = 0.5}, state, w, {{"a", gradient}}, both);
    EXPECT_TRUE(at::equal(w.at("a"), before - 0.5 * gradient));
    EXPECT_TRUE(norm.allclose(0.5 * gradient.to(at::kDouble).norm(2, 1)));
  }
}

TEST(FiniteLanes, OneBadValueAnywhereIsSeenInItsLaneAlone) {
  for (const double bad : {std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    for (const int64_t place : {0, 15, 16, 36}) {
      at::Tensor x = normals({3, 37}, 1, at::kFloat);
      x[1][place] = bad;
      const at::Tensor finite = finite_lanes({normals({3, 4}, 2, at::kFloat), x});
      EXPECT_TRUE(finite[0].item<bool>());
      EXPECT_FALSE(finite[1].item<bool>());
      EXPECT_TRUE(finite[2].item<bool>());
    }
}

TEST(Adam, TakesAFirstStepOfTheLearningRateWhateverTheGradient) {
  Weights w = {{"a", row({1, 1, 1})}};
  OptimiserState state;
  update(Adam{.learning_rate = 0.01}, state, w, {{"a", row({1e-3, -7, 5e4})}}, lanes({true}));
  EXPECT_TRUE(w.at("a").allclose(row({0.99, 1.01, 0.99}), 1e-6, 1e-6));
}

TEST(Adam, ConvergesOnAParabola) {
  Weights w = {{"a", row({3})}};
  OptimiserState state;
  for (int i = 0; i < 2000; ++i)
    update(Adam{.learning_rate = 0.01}, state, w, {{"a", 2 * w.at("a")}}, lanes({true}));
  EXPECT_NEAR(w.at("a").item<double>(), 0, 1e-2);
}

TEST(Update, LeavesInactiveLanesTheirBytesEvenWhenTheirGradientIsNotANumber) {
  const at::Tensor before = normals({2, 5}, 1, at::kFloat);
  at::Tensor gradient = normals({2, 5}, 2, at::kFloat);
  gradient[1].fill_(std::numeric_limits<float>::quiet_NaN());
  Weights w = {{"a", before}};
  OptimiserState state;
  const at::Tensor norm = update(Sgd{.momentum = 0.9}, state, w, {{"a", gradient}}, lanes({true, false}));
  EXPECT_TRUE(w.at("a")[1].equal(before[1]));
  EXPECT_FALSE(w.at("a")[0].equal(before[0]));
  EXPECT_TRUE(w.at("a").isfinite().all().item<bool>());
  EXPECT_EQ(norm[1].item<double>(), 0);
}

TEST(Update, GivesEachLaneOfASharedWeightItsOwn) {
  const at::Tensor source = normals({1, 4}, 1, at::kFloat);
  Weights w = {{"a", source.expand({2, 4})}};
  OptimiserState state;
  update(Sgd{.learning_rate = 1}, state, w, {{"a", normals({2, 4}, 2, at::kFloat)}}, both);
  EXPECT_FALSE(w.at("a")[0].equal(w.at("a")[1]));
  EXPECT_TRUE(source.equal(normals({1, 4}, 1, at::kFloat)));  // the source is not touched
}

TEST(Update, GivesALaneTheSameBytesWhoeverItsNeighboursAre) {
  for (const bool adam : {false, true}) {
    const at::Tensor start = normals({3, 7}, 1, at::kFloat), gradient = normals({3, 7}, 2, at::kFloat);
    const auto step = [&](OptimiserState& state, Weights& w, const Weights& g, const at::Tensor& active) {
      return adam ? update(Adam{}, state, w, g, active)
                  : update(Sgd{.momentum = 0.9, .weight_decay = 0.1}, state, w, g, active);
    };
    Weights together = {{"a", start}};
    OptimiserState state;
    for (int i = 0; i < 3; ++i) step(state, together, {{"a", gradient}}, lanes({true, true, true}));
    for (int64_t k = 0; k < 3; ++k) {
      Weights alone = {{"a", start.narrow(0, k, 1)}};
      OptimiserState own;
      for (int i = 0; i < 3; ++i) step(own, alone, {{"a", gradient.narrow(0, k, 1)}}, lanes({true}));
      EXPECT_TRUE(alone.at("a")[0].equal(together.at("a")[k]));
    }
  }
}

}  // namespace
}  // namespace ttt::lanes
