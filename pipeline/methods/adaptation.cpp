#include "pipeline/methods/adaptation.h"

#include "kernels/lanes/directions.h"
#include "kernels/lanes/threads.h"
#include "kernels/lanes/views.h"
#include "kernels/torch.h"
#include "pipeline/models/operations.h"
#include "pipeline/tasks/registry.h"

namespace ttt {
namespace {

/// What one pass computes with, differentiable by `leaves`, one for each name in AdaptingLanes::adapted.
struct Differentiable {
  Weights weights;
  std::vector<at::Tensor> leaves;
};

Differentiable differentiable(const ImageNetwork& n, const AdaptingLanes& l) {
  Differentiable d{l.weights, {}};
  for (const std::string& name : l.adapted) {
    d.leaves.push_back(d.weights.at(name).detach().requires_grad_());
    d.weights[name] = d.leaves.back();
  }
  d.weights = n.effective(d.weights);
  return d;
}

struct Pass {
  at::Tensor loss;                    // [K]
  std::vector<at::Tensor> gradients;  // one for each name in AdaptingLanes::adapted
};

StepBatch step_batch(const AdaptOptions& o, const ImageNetwork& n, const LaneImages& images, uint64_t seed,
                     int step) {
  const Turning turning = task_of(o.task).turning(o.task.options);
  const StepViews draws{.options = o.views,
                        .seed = seed,
                        .step = step,
                        .turned = turning.turned,
                        .balanced = turning.balanced,
                        .random_labels = turning.random_labels};
  const auto [views, turns] =
      lanes::draw_views(images.bytes, images.subject, o.views_per_step, draws, n.pixel_scale());
  return {n.placed(views), turns, images.subject, seed, step};
}

/// The plain images, in their four turns where the task turns its views.
StepBatch probe_batch(const AdaptOptions& o, const ImageNetwork& n, const LaneImages& images) {
  const LaneImages own = own_images(images);
  const bool turned = task_of(o.task).turning(o.task.options).turned;
  const StepViews plain{.options = {.padding = 0, .flip = false}, .turned = turned, .balanced = true};
  const auto [views, turns] =
      lanes::draw_views(own.bytes, own.subject, turned ? 4 : 1, plain, n.pixel_scale());
  return {n.placed(views), turns, own.subject};
}

/// Views [K G, V, ...] of the lanes' images as views of the lanes [K, G V, ...].
at::Tensor side_by_side(const at::Tensor& views, int64_t lanes) {
  if (views.size(0) == lanes) return views;
  std::vector<int64_t> shape = views.sizes().vec();
  shape[1] *= shape[0] / lanes;
  shape[0] = lanes;
  return views.view(shape);
}

/// What the draws of a loss are keyed by, one for each image.
std::vector<DrawKey> keys_of(const StepBatch& batch) {
  const at::Tensor subjects = batch.subject.to(at::kCPU);
  std::vector<DrawKey> keys;
  for (int64_t i = 0; i < subjects.size(0); ++i)
    keys.push_back({batch.seed, subjects.const_data_ptr<int64_t>()[i], batch.step});
  return keys;
}

AdaptingLanes lane_of(const AdaptingLanes& l, int64_t k) { return {ttt::lane_of(l.weights, k), l.adapted}; }

StepBatch lane_of(const StepBatch& batch, int64_t k, int64_t lanes) {
  const int64_t images = batch.views.size(0) / lanes;
  const auto own = [&](const at::Tensor& x) { return x.narrow(0, k * images, images); };
  return {own(batch.views), own(batch.turns), own(batch.subject), batch.seed, batch.step};
}

/// f(k, alone) for every lane; on the CPU threads share them, and `alone` says that there is one.
void for_each_lane(const ImageNetwork& n, int64_t lanes, const std::function<void(int64_t, bool)>& f) {
  if (n.device == Device::cuda || lanes::threads() == 1) {
    for (int64_t k = 0; k < lanes; ++k) f(k, true);
    return;
  }
  const bool gradients = at::GradMode::is_enabled();
  lanes::for_each_task(lanes, [&](int64_t k) {
    const at::AutoGradMode same(gradients);
    f(k, false);
  });
}

/// The passes of single lanes as one of all.
Pass stacked(const std::vector<Pass>& each) {
  const auto joined = [&](const auto& part) {
    std::vector<at::Tensor> parts;
    for (const Pass& pass : each)
      if (part(pass).defined()) parts.push_back(part(pass));
    return parts.empty() ? at::Tensor() : at::cat(parts);
  };
  Pass all{joined([](const Pass& pass) { return pass.loss; }), {}};
  for (size_t i = 0; i < each.front().gradients.size(); ++i)
    all.gradients.push_back(joined([i](const Pass& pass) { return pass.gradients[i]; }));
  return all;
}

/// The losses of the task on views [K G, V, ...] of K lanes -> [K G]; differentiable by the weights.
at::Tensor task_loss(const AdaptOptions& o, const ImageNetwork& n, const Weights& weights,
                     const StepBatch& batch, int64_t lanes, const PhaseWatch& watch) {
  const Task& task = task_of(o.task);
  const Route route = route_of(o, n);
  // Each image of a lane has views and a loss of its own; the lane's weights see them all at once.
  const auto through = [&](const at::Tensor& views) {
    const at::Tensor z = n.logits(weights, side_by_side(views, lanes), route.head);
    return z.view({views.size(0), views.size(1), z.size(2)});
  };
  const at::Tensor z = route.loss.empty() ? through(batch.views) : at::Tensor();
  watch(Phase::forward);
  const auto predict = [&](const at::Tensor& views) {
    const at::NoGradGuard no_grad;
    return through(views);
  };
  const auto own = [&] { return n.own_loss(weights, batch.views, route.loss, keys_of(batch)); };
  return task.loss(o.task.options, {batch, z, predict, own});
}

/// The task's loss on the views of a step, forward and backward.
Pass loss_pass(const AdaptOptions& o, const ImageNetwork& n, const AdaptingLanes& l, const StepBatch& batch,
               int64_t lanes, const PhaseWatch& watch) {
  const Differentiable pass = differentiable(n, l);
  at::Tensor loss = task_loss(o, n, pass.weights, batch, lanes, watch);
  if (loss.size(0) > lanes) loss = loss.view({lanes, -1}).mean(1);
  watch(Phase::loss);
  // Lanes share nothing, so the gradient of the sum is each lane's own.
  Pass done{loss.detach(), torch::autograd::grad({loss.sum()}, pass.leaves)};
  watch(Phase::backward);
  return done;
}

/// The same, for a network that takes one lane a call a lane after the other, or on threads side by side.
Pass loss_pass_of_all(const AdaptOptions& o, const ImageNetwork& n, const AdaptingLanes& l,
                      const StepBatch& batch, int64_t lanes, const PhaseWatch& watch) {
  if (!n.takes_one_lane() || lanes == 1) return loss_pass(o, n, l, batch, lanes, watch);
  std::vector<Pass> each(static_cast<size_t>(lanes));
  for_each_lane(n, lanes, [&](int64_t k, bool alone) {
    each[k] = loss_pass(
        o, n, lane_of(l, k), lane_of(batch, k, lanes), 1, alone ? watch : [](Phase) {});
  });
  return stacked(each);
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

/// Gradients of the main loss, as main_gradients().
std::vector<at::Tensor> plain_gradients(const ImageNetwork& n, const AdaptingLanes& l,
                                        const at::Tensor& plain, const at::Tensor& label) {
  const Differentiable pass = differentiable(n, l);
  const at::Tensor z = n.logits(pass.weights, plain, Part::main);
  return torch::autograd::grad({operations::cross_entropy(z, label).sum()}, pass.leaves, {},
                               /*retain_graph=*/std::nullopt, /*create_graph=*/false, /*allow_unused=*/true);
}

}  // namespace

AdaptingLanes reset(const AdaptOptions& o, const SourceNetwork& source, const std::vector<int64_t>& ids,
                    uint64_t seed) {
  AdaptingLanes l{source.lanes(static_cast<int64_t>(ids.size())), {}};
  const ImageNetwork& n = source.images();
  l.adapted = n.begin_adapting(l.weights, route_of(o, n), o.subset, o.rank, ids, seed);
  return l;
}

StepTaken adaptation_step(const AdaptOptions& o, const ImageNetwork& n, AdaptingLanes& l,
                          const LaneImages& images, const at::Tensor& active, uint64_t seed, int step,
                          const PhaseWatch& watch) {
  const StepBatch batch = step_batch(o, n, images, seed, step);
  watch(Phase::views);
  Pass pass = loss_pass_of_all(o, n, l, batch, images.lanes, watch);
  if (o.sam_radius > 0)
    pass.gradients = loss_pass_of_all(o, n, moved(l, lanes::perturbation(pass.gradients, o.sam_radius)),
                                      batch, images.lanes, watch)
                         .gradients;
  if (o.normalise_gradient) pass.gradients = lanes::normalised(pass.gradients);
  const StepTaken taken = update(o, l, pass.loss, std::move(pass.gradients), active);
  watch(Phase::optimiser);
  return taken;
}

std::vector<at::Tensor> main_gradients(const ImageNetwork& n, const AdaptingLanes& l, const at::Tensor& plain,
                                       const at::Tensor& label) {
  const int64_t lanes = plain.size(0);
  if (!n.takes_one_lane() || lanes == 1) return plain_gradients(n, l, plain, label);
  std::vector<Pass> each(static_cast<size_t>(lanes));
  for_each_lane(n, lanes, [&](int64_t k, bool) {
    each[k].gradients = plain_gradients(n, lane_of(l, k), plain.narrow(0, k, 1), label.narrow(0, k, 1));
  });
  return stacked(each).gradients;
}

at::Tensor probe_loss(const AdaptOptions& o, const ImageNetwork& n, const AdaptingLanes& l,
                      const LaneImages& images) {
  const at::NoGradGuard no_grad;
  const StepBatch batch = probe_batch(o, n, images);
  const auto loss_of = [&](const AdaptingLanes& some, const StepBatch& views) {
    return task_loss(o, n, n.effective(some.weights), views, views.views.size(0), [](Phase) {});
  };
  if (!n.takes_one_lane()) return loss_of(l, batch);
  std::vector<at::Tensor> each;
  for (int64_t k = 0; k < images.lanes; ++k)
    each.push_back(loss_of(lane_of(l, k), lane_of(batch, k, images.lanes)));
  return at::cat(each);
}

at::Tensor main_logits(const ImageNetwork& n, const Weights& weights, const at::Tensor& plain) {
  const at::NoGradGuard no_grad;
  return n.logits(n.effective(weights), plain, Part::main);
}

}  // namespace ttt
