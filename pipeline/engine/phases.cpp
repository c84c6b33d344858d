#include "pipeline/engine/phases.h"

#include <chrono>

#include "kernels/lanes/cuda_device.h"
#include "kernels/torch.h"
#include "pipeline/methods/adapting_lanes.h"
#include "pipeline/methods/auxiliary_task.h"
#include "pipeline/model/low_rank.h"

namespace ttt {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Calls work() and adds what it took to `seconds`, on a GPU until that has done it.
template <typename F>
auto timed(const Architecture& a, double& seconds, F&& work) {
  const double begin = now();
  auto result = work();
  if (a.device == Device::cuda) lanes::wait_for_cuda_device();
  seconds += now() - begin;
  return result;
}

void step(const AdaptOptions& o, const Architecture& a, const LaneImages& images, uint64_t seed, int number,
          AdaptingLanes& l, Phases& p) {
  const AuxiliaryBatch batch = timed(a, p.views, [&] { return auxiliary_batch(o, a, images, seed, number); });
  Differentiable pass;
  const at::Tensor z = timed(a, p.forward, [&] {
    pass = differentiable(l);
    return logits(a, pass.weights, batch.views, trained_head(o.task));
  });
  const at::Tensor loss = timed(a, p.loss, [&] { return task_loss(o.task, z, batch.turns); });
  const auto gradients =
      timed(a, p.backward, [&] { return torch::autograd::grad({loss.sum()}, pass.leaves); });
  const at::Tensor active = at::ones(loss.sizes(), loss.options().dtype(at::kBool));
  timed(a, p.optimiser, [&] { return take_step(o, l, loss.detach(), gradients, active); });
}

}  // namespace

Phases measure_phases(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                      uint64_t seed) {
  const Architecture& a = source.architecture;
  const LaneImages images = lane_images(a, samples);
  AdaptingLanes l = reset(o, source, samples.id, seed);
  Phases p;
  for (int s = 0; s < o.steps; ++s) step(o, a, images, seed, s, l, p);
  timed(a, p.prediction, [&] {
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
