#include "pipeline/methods/adaptation.h"

#include "kernels/lanes/views.h"
#include "kernels/torch.h"
#include "pipeline/model/low_rank.h"
#include "pipeline/tasks/registry.h"

namespace ttt {
namespace {

/// What one pass computes with, differentiable by `leaves`, one for each name in AdaptingLanes::adapted.
struct Differentiable {
  Weights weights;
  std::vector<at::Tensor> leaves;
};

Differentiable differentiable(const AdaptingLanes& l) {
  Differentiable d{l.weights, {}};
  for (const std::string& name : l.adapted) {
    d.leaves.push_back(d.weights.at(name).detach().requires_grad_());
    d.weights[name] = d.leaves.back();
  }
  d.weights = with_products(d.weights);
  return d;
}

StepBatch step_batch(const AdaptOptions& o, const Architecture& a, const LaneImages& images, uint64_t seed,
                     int step) {
  const Turning turning = task_of(o.task).turning(o.task.options);
  const StepViews draws{.options = o.views,
                        .seed = seed,
                        .step = step,
                        .turned = turning.turned,
                        .balanced = turning.balanced,
                        .random_labels = turning.random_labels};
  const auto [views, turns] =
      lanes::draw_views(images.bytes, images.subject, o.views_per_step, draws, pixel_scale(a));
  return {placed(a, views), turns, images.subject, seed, step};
}

/// Updates the lanes that are `active` and whose numbers are finite.
StepTaken update(const AdaptOptions& o, AdaptingLanes& l, const at::Tensor& loss,
                 const std::vector<at::Tensor>& gradients, const at::Tensor& active) {
  std::vector<at::Tensor> all = {loss};
  Weights by_name;
  for (size_t i = 0; i < gradients.size(); ++i) {
    all.push_back(gradients[i]);
    by_name[l.adapted[i]] = gradients[i];
  }
  const at::Tensor taken = active & lanes::finite_lanes(all);
  const auto by = [&](const auto& rule) {
    return lanes::update(rule, l.optimiser, l.weights, by_name, taken);
  };
  if (o.optimiser == Optimiser::adam)
    return {loss, taken, by(lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay})};
  return {loss, taken,
          by(lanes::Sgd{
              .learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay})};
}

}  // namespace

AdaptingLanes reset(const AdaptOptions& o, const SourceNetwork& source, const std::vector<int64_t>& ids,
                    uint64_t seed) {
  AdaptingLanes l{source.lanes(static_cast<int64_t>(ids.size())),
                  adapted_names(source.architecture, task_of(o.task).head, o.subset)};
  if (o.subset == Subset::low_rank) {
    add_factors(l.weights, l.adapted, o.rank, ids, seed);
    l.adapted = factor_names(l.adapted);
  }
  return l;
}

StepTaken adaptation_step(const AdaptOptions& o, const Architecture& a, AdaptingLanes& l,
                          const LaneImages& images, const at::Tensor& active, uint64_t seed, int step,
                          const PhaseWatch& watch) {
  const Task& task = task_of(o.task);
  const StepBatch batch = step_batch(o, a, images, seed, step);
  watch(Phase::views);
  const Differentiable pass = differentiable(l);
  const at::Tensor z = logits(a, pass.weights, batch.views, task.head);
  watch(Phase::forward);
  const auto predict = [&](const at::Tensor& views) {
    const at::NoGradGuard no_grad;
    return logits(a, pass.weights, views, task.head);
  };
  const at::Tensor loss = task.loss(o.task.options, {batch, z, predict});
  watch(Phase::loss);
  // Lanes share nothing, so the gradient of the sum is each lane's own.
  const auto gradients = torch::autograd::grad({loss.sum()}, pass.leaves);
  watch(Phase::backward);
  const StepTaken taken = update(o, l, loss.detach(), gradients, active);
  watch(Phase::optimiser);
  return taken;
}

at::Tensor main_logits(const Architecture& a, const Weights& weights, const at::Tensor& plain) {
  const at::NoGradGuard no_grad;
  return logits(a, with_products(weights), plain, Part::main);
}

}  // namespace ttt
