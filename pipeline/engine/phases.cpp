#include "pipeline/engine/phases.h"

#include <chrono>

#include "kernels/torch.h"
#include "pipeline/methods/auxiliary_task.h"
#include "pipeline/model/low_rank.h"

namespace ttt {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Calls work() and adds what it took to `seconds`.
template <typename F>
auto timed(double& seconds, F&& work) {
  const double begin = now();
  auto result = work();
  seconds += now() - begin;
  return result;
}

/// Weights and where an update goes.
struct Lanes {
  Weights weights;
  std::vector<std::string> adapted;
  lanes::OptimiserState optimiser = {};
};

Lanes start(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples, uint64_t seed) {
  Lanes l{source.lanes(static_cast<int64_t>(samples.id.size())),
          adapted_names(source.architecture, o.task, o.subset)};
  if (o.subset == Subset::low_rank) {
    add_factors(l.weights, l.adapted, o.rank, samples.id, seed);
    l.adapted = factor_names(l.adapted);
  }
  return l;
}

void step(const AdaptOptions& o, const Architecture& a, const LaneImages& images, uint64_t seed, int number,
          Lanes& l, Phases& p) {
  const AuxiliaryBatch batch = timed(p.views, [&] { return auxiliary_batch(o, a, images, seed, number); });
  Weights weights = l.weights;
  std::vector<at::Tensor> leaves;
  for (const std::string& name : l.adapted) {
    leaves.push_back(weights.at(name).detach().requires_grad_());
    weights[name] = leaves.back();
  }
  const at::Tensor z =
      timed(p.forward, [&] { return logits(a, with_products(weights), batch.views, trained_head(o.task)); });
  const at::Tensor loss = timed(p.loss, [&] { return task_loss(o.task, z, batch.turns); });
  const auto gradients = timed(p.backward, [&] { return torch::autograd::grad({loss.sum()}, leaves); });
  timed(p.optimiser, [&] {
    const at::Tensor active = lanes::finite_lanes(gradients);
    Weights by_name;
    for (size_t i = 0; i < gradients.size(); ++i) by_name[l.adapted[i]] = gradients[i];
    if (o.optimiser == Optimiser::adam)
      return lanes::update(lanes::Adam{.learning_rate = o.learning_rate}, l.optimiser, l.weights, by_name,
                           active);
    return lanes::update(lanes::Sgd{.learning_rate = o.learning_rate, .momentum = o.momentum}, l.optimiser,
                         l.weights, by_name, active);
  });
}

}  // namespace

Phases measure_phases(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                      uint64_t seed) {
  const Architecture& a = source.architecture;
  const LaneImages images = lane_images(a, samples);
  Lanes l = start(o, source, samples, seed);
  Phases p;
  for (int s = 0; s < o.steps; ++s) step(o, a, images, seed, s, l, p);
  timed(p.prediction, [&] {
    const at::NoGradGuard no_grad;
    return logits(a, with_products(l.weights), plain_tensor(a, samples.image), Part::main);
  });
  const auto lanes = static_cast<double>(samples.id.size());
  for (double* value : {&p.views, &p.forward, &p.loss, &p.backward, &p.optimiser, &p.prediction})
    *value /= lanes;
  return p;
}

PhaseFlops phase_gflop(const AdaptOptions& o, const Architecture& a) {
  const Part head = trained_head(o.task);
  const double passes = static_cast<double>(o.steps) * o.views_per_step * 1e-9;
  return {passes * forward_flops(a, head),
          passes * backward_flops(a, head, adapted_names(a, o.task, o.subset)),
          1e-9 * forward_flops(a, Part::main)};
}

}  // namespace ttt
