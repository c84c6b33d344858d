#include "pipeline/engine/phases.h"

#include <chrono>

#include "kernels/lanes/cuda_device.h"
#include "kernels/torch.h"

namespace ttt {
namespace {

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Adds the time since the last call, or since it was made, to what it is given.
class StopWatch {
 public:
  explicit StopWatch(const ImageNetwork& n) : on_gpu_(n.device == Device::cuda) {}

  void add_to(double& seconds) {
    if (on_gpu_) lanes::wait_for_cuda_device();
    const double end = now();
    seconds += end - begin_;
    begin_ = end;
  }

 private:
  bool on_gpu_;
  double begin_ = now();
};

double& seconds_of(Phases& phases, Phase phase) {
  switch (phase) {
    case Phase::views:
      return phases.views;
    case Phase::forward:
      return phases.forward;
    case Phase::loss:
      return phases.loss;
    case Phase::backward:
      return phases.backward;
    default:
      return phases.optimiser;
  }
}

}  // namespace

Phases measure_phases(const AdaptOptions& o, const SourceNetwork& source, const Samples& samples,
                      uint64_t seed) {
  const ImageNetwork& n = source.images();
  const LaneImages images = lane_images(n, samples);
  const at::Tensor plain = plain_tensor(n, samples.image);
  const auto lanes = static_cast<int64_t>(samples.id.size());
  const at::Tensor active = at::ones({lanes}, at::kBool).to(n.tensor_device());
  AdaptingLanes l = reset(o, source, samples.id, seed);
  Phases p;
  StopWatch watch(n);
  for (int step = 0; step < o.steps; ++step)
    adaptation_step(o, n, l, images, active, seed, step,
                    [&](Phase ended) { watch.add_to(seconds_of(p, ended)); });
  main_logits(n, l.weights, plain);
  watch.add_to(p.prediction);
  for (double* value : {&p.views, &p.forward, &p.loss, &p.backward, &p.optimiser, &p.prediction})
    *value /= static_cast<double>(lanes);
  return p;
}

}  // namespace ttt
