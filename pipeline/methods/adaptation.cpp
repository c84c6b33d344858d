#include "pipeline/methods/adaptation.h"

#include "kernels/lanes/directions.h"
#include "kernels/lanes/views.h"
#include "kernels/torch.h"
#include "pipeline/models/low_rank.h"
#include "pipeline/models/operations.h"
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

/// The plain images, in their four turns where the task turns its views.
StepBatch probe_batch(const AdaptOptions& o, const Architecture& a, const LaneImages& images) {
  const LaneImages own = own_images(images);
  const bool turned = task_of(o.task).turning(o.task.options).turned;
  const StepViews plain{.options = {.padding = 0, .flip = false}, .turned = turned, .balanced = true};
  const auto [views, turns] =
      lanes::draw_views(own.bytes, own.subject, turned ? 4 : 1, plain, pixel_scale(a));
  return {placed(a, views), turns, own.subject};
}

/// Views [K G, V, ...] of the lanes' images as views of the lanes [K, G V, ...].
at::Tensor side_by_side(const at::Tensor& views, int64_t lanes) {
  if (views.size(0) == lanes) return views;
  std::vector<int64_t> shape = views.sizes().vec();
  shape[1] *= shape[0] / lanes;
  shape[0] = lanes;
  return views.view(shape);
}

struct Pass {
  at::Tensor loss;                    // [K]
  std::vector<at::Tensor> gradients;  // one for each name in AdaptingLanes::adapted
};

/// The task's loss on the views of a step, forward and backward.
Pass loss_pass(const AdaptOptions& o, const Architecture& a, const AdaptingLanes& l, const StepBatch& batch,
               int64_t lanes, const PhaseWatch& watch) {
  const Task& task = task_of(o.task);
  const Differentiable pass = differentiable(l);
  // Each image of a lane has views and a loss of its own; the lane's weights see them all at once.
  const auto through = [&](const at::Tensor& views) {
    const at::Tensor z = logits(a, pass.weights, side_by_side(views, lanes), task.head);
    return z.view({views.size(0), views.size(1), z.size(2)});
  };
  const at::Tensor z = through(batch.views);
  watch(Phase::forward);
  const auto predict = [&](const at::Tensor& views) {
    const at::NoGradGuard no_grad;
    return through(views);
  };
  at::Tensor loss = task.loss(o.task.options, {batch, z, predict});
  if (loss.size(0) > lanes) loss = loss.view({lanes, -1}).mean(1);
  watch(Phase::loss);
  // Lanes share nothing, so the gradient of the sum is each lane's own.
  Pass done{loss.detach(), torch::autograd::grad({loss.sum()}, pass.leaves)};
  watch(Phase::backward);
  return done;
}

/// The lanes with `offset` added to what they adapt.
AdaptingLanes moved(AdaptingLanes l, const std::vector<at::Tensor>& offset) {
  for (size_t i = 0; i < offset.size(); ++i) {
    at::Tensor& weight = l.weights.at(l.adapted[i]);
    weight = weight + offset[i];
  }
  return l;
}

/// Updates the lanes that are `active` and whose numbers are finite.
StepTaken update(const AdaptOptions& o, AdaptingLanes& l, const at::Tensor& loss,
                 std::vector<at::Tensor> gradients, const at::Tensor& active) {
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
  const at::Tensor norm =
      o.optimiser == Optimiser::adam
          ? by(lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay})
          : by(lanes::Sgd{
                .learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay});
  return {loss, taken, norm, std::move(gradients)};
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
  const StepBatch batch = step_batch(o, a, images, seed, step);
  watch(Phase::views);
  Pass pass = loss_pass(o, a, l, batch, images.lanes, watch);
  if (o.sam_radius > 0)
    pass.gradients = loss_pass(o, a, moved(l, lanes::perturbation(pass.gradients, o.sam_radius)), batch,
                               images.lanes, watch)
                         .gradients;
  if (o.normalise_gradient) pass.gradients = lanes::normalised(pass.gradients);
  const StepTaken taken = update(o, l, pass.loss, std::move(pass.gradients), active);
  watch(Phase::optimiser);
  return taken;
}

std::vector<at::Tensor> main_gradients(const Architecture& a, const AdaptingLanes& l, const at::Tensor& plain,
                                       const at::Tensor& label) {
  const Differentiable pass = differentiable(l);
  const at::Tensor z = logits(a, pass.weights, plain, Part::main);
  return torch::autograd::grad({operations::cross_entropy(z, label).sum()}, pass.leaves, {},
                               /*retain_graph=*/std::nullopt, /*create_graph=*/false, /*allow_unused=*/true);
}

at::Tensor probe_loss(const AdaptOptions& o, const Architecture& a, const AdaptingLanes& l,
                      const LaneImages& images) {
  const at::NoGradGuard no_grad;
  const Task& task = task_of(o.task);
  const Weights weights = with_products(l.weights);
  const StepBatch batch = probe_batch(o, a, images);
  const auto predict = [&](const at::Tensor& views) { return logits(a, weights, views, task.head); };
  return task.loss(o.task.options, {batch, predict(batch.views), predict});
}

at::Tensor main_logits(const Architecture& a, const Weights& weights, const at::Tensor& plain) {
  const at::NoGradGuard no_grad;
  return logits(a, with_products(weights), plain, Part::main);
}

}  // namespace ttt
