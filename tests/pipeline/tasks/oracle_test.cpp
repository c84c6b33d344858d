// One step of the tasks on entropies against their published formulas, written with LibTorch's operations.
#include <cmath>

#include "kernels/lanes/patches.h"
#include "kernels/torch.h"
#include "tests/pipeline/methods/small_episodes.h"
#include "tests/pipeline/oracle.h"

namespace ttt {
namespace {

constexpr int views = 8;
constexpr double rate = 0.05;

AdaptOptions one_step(const Chosen& task, const std::string& subset) {
  AdaptOptions o;
  o.task = task;
  o.subset = subset;
  o.steps = 1;
  o.views_per_step = views;
  o.learning_rate = rate;
  o.milestones = {0, 1};
  o.views = {.padding = 3, .flip = true};
  return o;
}

/// One sample's step, by the plain way.
struct PlainStep {
  const ResNet& architecture;
  const AdaptOptions& o;
  const ImageBytes& image;
  int64_t sample;
  uint64_t seed;

  at::Tensor views_of_step() const {
    std::vector<View> drawn;
    for (uint32_t v = 0; v < views; ++v)
      drawn.push_back(draw_view(o.views, seed, static_cast<uint64_t>(sample), 0, v));
    return plain_views(architecture, image, drawn, o.views.pad, at::kDouble);
  }
  at::Tensor logits(const PlainWeights& w, const at::Tensor& x) const {
    return plain_logits(architecture, w, x, "main");
  }
  /// The views with their patches in the order drawn for this sample and step.
  at::Tensor shuffled(const at::Tensor& x, int patches) const {
    const at::Tensor lane = x.permute({0, 2, 3, 1}).contiguous().unsqueeze(0);
    const at::Tensor subject = at::full({1}, sample, at::kLong);
    return lanes::shuffled_patches(lane, patches, subject, seed, 0)[0].permute({0, 3, 1, 2}).contiguous();
  }
  std::vector<std::string> adapted() const {
    std::vector<std::string> names;
    for (const Parameter& p : architecture.parameters())
      if (p.part != Part::auxiliary && (o.subset == "all" || p.kind == Kind::norm)) names.push_back(p.name);
    return names;
  }
};

at::Tensor entropy(const at::Tensor& z) { return -(z.softmax(-1) * z.log_softmax(-1)).sum(-1); }

/// Mean over the views that are kept; 0 of none.
at::Tensor kept_mean(const at::Tensor& values, const at::Tensor& kept) {
  const at::Tensor rest = values.masked_select(kept);
  return rest.numel() == 0 ? 0 * values.sum() : rest.mean();
}

using Formula = std::function<at::Tensor(const PlainStep&, const PlainWeights&)>;

at::Tensor memo(const PlainStep& step, const PlainWeights& w) {
  const at::Tensor p = step.logits(w, step.views_of_step()).softmax(-1).mean(0);
  return -(p * p.log()).sum();
}

at::Tensor tent(const PlainStep& step, const PlainWeights& w) {
  return entropy(step.logits(w, step.views_of_step())).mean();
}

Formula eata(double margin) {
  return [margin](const PlainStep& step, const PlainWeights& w) {
    const at::Tensor h = entropy(step.logits(w, step.views_of_step()));
    const double most = margin * std::log(5.0);
    return kept_mean(h * (most - h.detach()).exp(), h < most);
  };
}

Formula sar(double margin) {
  return [margin](const PlainStep& step, const PlainWeights& w) {
    const at::Tensor h = entropy(step.logits(w, step.views_of_step()));
    return kept_mean(h, h < margin * std::log(5.0));
  };
}

Formula deyo(double margin, double fall, int patches) {
  return [=](const PlainStep& step, const PlainWeights& w) {
    const at::Tensor x = step.views_of_step(), z = step.logits(w, x), h = entropy(z);
    const at::Tensor before = z.softmax(-1).detach(), best = before.argmax(-1, /*keepdim=*/true);
    const at::Tensor after = step.logits(w, step.shuffled(x, patches)).softmax(-1).detach();
    const at::Tensor lost = (before - after).gather(-1, best).squeeze(-1);
    const at::Tensor weight = (0.4 * std::log(5.0) - h.detach()).exp() + lost.exp();
    return kept_mean(h * weight, (h < margin * std::log(5.0)) & (lost >= fall));
  };
}

struct TaskOracle : SmallEpisodes {
  void expect_oracle(const Chosen& task, const Formula& formula) const {
    for (const char* const subset : {"all", "norm"}) expect_oracle(one_step(task, subset), formula);
  }
  void expect_oracle(const AdaptOptions& o, const Formula& formula) const {
    const Records r = run(o);
    const PlainWeights w = plain_weights(weights, at::kDouble);
    for (int64_t k = 0; k < r.samples; ++k) {
      const PlainStep step{architecture, o, samples.image[k], samples.id[k], seed};
      const PlainGradient g =
          plain_gradient(w, step.adapted(), [&](const PlainWeights& at) { return formula(step, at); });
      EXPECT_NEAR(r.aux_loss[k], g.loss, 1e-6 * g.loss);
      EXPECT_NEAR(r.update_norm[k], rate * g.norm, 1e-6 * rate * g.norm);
      const at::Tensor plain =
          plain_views(architecture, samples.image[k], {View{}}, PadMode::zero, at::kDouble);
      const at::Tensor z = step.logits(moved(w, g, -rate), plain)[0];
      for (int c = 0; c < 5; ++c) EXPECT_NEAR(r.logits[(2 * k + 1) * 5 + c], z[c].item<double>(), 1e-6);
    }
  }

  void SetUp() override {
    make_predictions_surer();
    use_double();
  }
};

TEST_F(TaskOracle, EntropyIsThatOfTheMeanPrediction) { expect_oracle(chosen_task("entropy"), memo); }

TEST_F(TaskOracle, TentIsTheMeanOfTheEntropies) { expect_oracle(chosen_task("tent"), tent); }

TEST_F(TaskOracle, EataKeepsSureViewsAndWeighsTheSurestMost) {
  for (const double margin : {0.9, 0.93, 2.0})
    expect_oracle(chosen_task("eata", {{"margin", margin}}), eata(margin));
}

TEST_F(TaskOracle, SarKeepsSureViews) {
  for (const double margin : {0.9, 0.93, 2.0})
    expect_oracle(chosen_task("sar", {{"margin", margin}}), sar(margin));
}

TEST_F(TaskOracle, DeyoKeepsSureViewsThatNeedTheOrderOfTheirPatches) {
  expect_oracle(chosen_task("deyo", {{"margin", 2.0}, {"fall", -1.0}, {"patches", 4}}), deyo(2, -1, 4));
  expect_oracle(chosen_task("deyo", {{"margin", 0.93}, {"fall", 0.0}, {"patches", 4}}), deyo(0.93, 0, 4));
  expect_oracle(chosen_task("deyo", {{"margin", 0.93}, {"fall", 0.05}, {"patches", 3}}), deyo(0.93, 0.05, 3));
}

TEST_F(TaskOracle, TheMarginsOfTheseTestsKeepSomeViewsButNotAll) {
  const AdaptOptions o = one_step(chosen_task("tent"), "all");
  const PlainWeights w = plain_weights(weights, at::kDouble);
  std::vector<at::Tensor> all;
  for (size_t k = 0; k < samples.id.size(); ++k) {
    const PlainStep step{architecture, o, samples.image[k], samples.id[k], seed};
    all.push_back(entropy(step.logits(w, step.views_of_step())));
  }
  const at::Tensor share = at::stack(all) / std::log(5.0);
  for (const double margin : {0.9, 0.93}) {
    EXPECT_TRUE((share < margin).any().item<bool>()) << share;
    EXPECT_FALSE((share < margin).all().item<bool>()) << share;
  }
}

}  // namespace
}  // namespace ttt
