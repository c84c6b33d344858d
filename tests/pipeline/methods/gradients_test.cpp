// The kept columns grad_dot and grad_cos: how a step lies to the gradient of the main loss.
#include <cmath>

#include "kernels/torch.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

AdaptOptions with_gradients(const Chosen& task, const std::string& subset, double rate) {
  AdaptOptions o;
  o.task = task;
  o.subset = subset;
  o.steps = 4;
  o.views_per_step = 6;
  o.learning_rate = rate;
  o.milestones = {0, 4};
  o.keep = {"gradients", "probe_loss"};
  o.views = {.padding = 2, .flip = true};
  return o;
}

struct Gradients : SmallEpisodes {
  /// Root sum of squares over the samples of main_loss(S) - main_loss(0) + rate x (sum of the dots).
  double residual(const Chosen& task, const std::string& subset, double rate) const {
    const Records r = run(with_gradients(task, subset, rate));
    double squares = 0;
    for (int64_t k = 0; k < r.samples; ++k) {
      double left = double{r.main_loss[2 * k + 1]} - double{r.main_loss[2 * k]};
      for (int s = 0; s < r.steps; ++s) left += rate * double{r.grad_dot[r.steps * k + s]};
      squares += left * left;
    }
    return std::sqrt(squares);
  }
};

TEST_F(Gradients, SumsOfTheirProductsAreTheChangeOfTheMainLossUpToTheSquareOfTheRate) {
  struct Path {
    Chosen task;
    std::string subset;
    double rate;  // small enough for the square, large enough for the rounding of records
  };
  open_every_relu();
  use_double();
  for (const Path& path :
       {Path{rotation(), "all", 6e-4}, Path{rotation(), "trunk", 6e-4},
        Path{chosen_task("entropy"), "all", 6e-4}, Path{chosen_task("entropy"), "trunk", 5e-3},
        Path{chosen_task("entropy"), "low_rank", 1.2e-3}}) {
    const double whole = residual(path.task, path.subset, path.rate),
                 half = residual(path.task, path.subset, path.rate / 2);
    EXPECT_GT(half, 5e-6) << path.task.name << ' ' << path.subset;
    EXPECT_NEAR(whole / half, 4, 0.8) << path.task.name << ' ' << path.subset;
  }
}

/// Main and auxiliary gradient of one sample at the source weights, over the weights that both reach.
struct PlainPair {
  double dot = 0, main = 0, auxiliary = 0;  // the last two: squared lengths
  double cosine() const { return dot / std::sqrt(main * auxiliary); }
};

PlainPair pair_of(const PlainGradient& main, const PlainGradient& auxiliary) {
  PlainPair pair;
  for (const auto& [name, g] : main.by) {
    const auto other = auxiliary.by.find(name);
    if (other == auxiliary.by.end()) continue;
    pair.dot += (g * other->second).sum().item<double>();
    pair.main += g.square().sum().item<double>();
    pair.auxiliary += other->second.square().sum().item<double>();
  }
  return pair;
}

TEST_F(Gradients, AreComparedOverTheWeightsThatBothLossesReach) {
  for (const int split_after : {2, 3}) {
    use(small_architecture(split_after));
    use_double();
    AdaptOptions o = with_gradients(rotation({.turns = Turns::balanced}), "all", 0.01);
    o.views_per_step = 4;
    o.views = plain_view;
    const Records r = run(o);
    const PlainWeights w = plain_weights(weights, at::kDouble);
    std::vector<std::string> trunk;
    for (const Parameter& p : architecture.parameters())
      if (p.part == Part::trunk) trunk.push_back(p.name);
    for (int64_t k = 0; k < r.samples; ++k) {
      const at::Tensor turns =
          plain_views(architecture, samples.image[k], {{}, {.turns = 1}, {.turns = 2}, {.turns = 3}},
                      PadMode::zero, at::kDouble);
      const auto main = plain_gradient(w, trunk, [&](const PlainWeights& at) {
        return at::cross_entropy_loss(plain_logits(architecture, at, turns.narrow(0, 0, 1), "main"),
                                      at::full({1}, samples.label[k], at::kLong));
      });
      const auto auxiliary = plain_gradient(w, trunk, [&](const PlainWeights& at) {
        return at::cross_entropy_loss(plain_logits(architecture, at, turns, "auxiliary"),
                                      at::arange(4, at::kLong));
      });
      const PlainPair pair = pair_of(main, auxiliary);
      EXPECT_NEAR(r.grad_dot[r.steps * k], pair.dot, 1e-6 * std::sqrt(pair.main * pair.auxiliary));
      EXPECT_NEAR(r.grad_cos[r.steps * k], pair.cosine(), 1e-6);
    }
  }
}

TEST_F(Gradients, HaveACosine) {
  for (const Task* task : plain_tasks())
    for (const char* const subset : {"all", "norm", "trunk", "low_rank"})
      for (const float cosine : run(with_gradients(chosen_task(task->name), subset, 0.05)).grad_cos) {
        EXPECT_GE(cosine, -1);
        EXPECT_LE(cosine, 1);
      }
}

/// Of two classes p and q the entropy of the prediction has the gradient pq ln(p / q) (-1, 1) by the logits,
/// which is along that of the cross-entropy of the likelier class.
TEST_F(Gradients, OfTheEntropyOfTwoClassesPointToThePredictedOne) {
  ResNet two = small_architecture();
  two.classes = 2;
  use(two);
  for (int64_t& label : samples.label) label %= 2;
  for (const char* const subset : {"all", "norm", "trunk"}) {
    AdaptOptions o = with_gradients(chosen_task("tent"), subset, 0.01);
    o.views_per_step = 1;
    o.steps = 1;
    o.milestones = {0, 1};
    o.views = plain_view;
    const Records r = run(o);
    for (int64_t k = 0; k < r.samples; ++k) EXPECT_NEAR(r.grad_cos[k], r.correct[2 * k] ? 1 : -1, 1e-4);
  }
}

TEST_F(Gradients, OfANormalisedStepKeepTheCosineAndLoseTheLength) {
  AdaptOptions o = with_gradients(rotation(), "trunk", 0.01);
  o.steps = 1;
  o.milestones = {0, 1};
  const Records plain = run(o);
  o.normalise_gradient = true;
  const Records normalised = run(o);
  for (int64_t k = 0; k < plain.samples; ++k) {
    EXPECT_NEAR(normalised.grad_cos[k], plain.grad_cos[k], 1e-5);
    const double length = double{plain.update_norm[k]} / o.learning_rate;
    EXPECT_NEAR(normalised.grad_dot[k] * length, plain.grad_dot[k], 1e-5 * length);
  }
}

TEST_F(Gradients, OfADivergedRowEndWithItsSteps) {
  AdaptOptions wild = with_gradients(rotation(), "all", 1e30);
  wild.milestones = {0, 1, 2, 3, 4};
  AdaptOptions at_rest = wild;  // no step is taken, so that the weights stay good
  at_rest.learning_rate = 0.01;
  at_rest.sam_radius = 1e38;
  for (const AdaptOptions& o : {wild, at_rest}) {
    const Records r = run(o);
    for (int64_t k = 0; k < r.samples; ++k) {
      ASSERT_EQ(r.status[k], Status::diverged);
      for (int s = r.steps_taken[k] + 1; s < 4; ++s) {
        EXPECT_TRUE(std::isnan(r.aux_loss[4 * k + s]));
        EXPECT_TRUE(std::isnan(r.grad_dot[4 * k + s]));
        EXPECT_TRUE(std::isnan(r.grad_cos[4 * k + s]));
      }
      EXPECT_TRUE(std::isfinite(r.probe_loss[5 * k]));
      for (int m = r.steps_taken[k] + 1; m < 5; ++m) EXPECT_TRUE(std::isnan(r.probe_loss[5 * k + m]));
    }
  }
}

}  // namespace
}  // namespace ttt
