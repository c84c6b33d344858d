#include "kernels/lanes/cuda_steps.h"

#include <cmath>

#include "kernels/cuda/optimiser/optimiser.h"
#include "kernels/cuda/views/views.h"
#include "kernels/lanes/cuda_lane.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

int64_t parts_of(const Weights& gradients, int64_t lanes) {
  int64_t parts = 0;
  for (const auto& [name, gradient] : gradients) parts += cuda::update_parts(gradient.numel() / lanes);
  return parts;
}

template <typename Rule>
at::Tensor update_all(const Rule& rule, bool first, bool second, OptimiserState& state, Weights& weights,
                      const Weights& gradients, const at::Tensor& active_) {
  const at::Tensor active = active_.contiguous();
  const int64_t lanes = active.size(0), parts = parts_of(gradients, lanes);
  const at::Tensor squares = at::empty({parts, lanes}, active.options().dtype(at::kDouble)),
                   norm = at::empty({lanes}, active.options().dtype(at::kDouble));
  double* square = squares.mutable_data_ptr<double>();
  const QueueOf queue(active);
  for (const auto& [name, gradient] : gradients) {
    const at::Tensor g = gradient.contiguous();
    // A copy: shared weights become one a lane, and autograd's leaf stays as it was.
    const at::Tensor w = weights.at(name).detach().expand(g.sizes()).clone(at::MemoryFormat::Contiguous);
    const int64_t size = g.numel() / lanes;
    cuda::update<cuda::DeviceQueue>(queue, rule,
                                    {lanes, size, w.mutable_data_ptr<float>(), g.const_data_ptr<float>(),
                                     floats_or_null(first ? moment(state.first, name, g) : at::Tensor()),
                                     floats_or_null(second ? moment(state.second, name, g) : at::Tensor()),
                                     active.const_data_ptr<bool>(), square});
    square += cuda::update_parts(size) * lanes;
    weights[name] = w;
  }
  cuda::update_norms<cuda::DeviceQueue>(queue, lanes, parts, squares.const_data_ptr<double>(),
                                        active.const_data_ptr<bool>(), norm.mutable_data_ptr<double>());
  return norm;
}

}  // namespace

DrawnViews cuda_draw_views(const at::Tensor& images_, const at::Tensor& subject, int count,
                           const StepViews& draws, const PixelScale& scale) {
  const at::Tensor images = images_.contiguous();
  const cuda::ViewShape shape{images.size(0), count, static_cast<int>(images.size(1)),
                              static_cast<int>(images.size(2)), static_cast<int>(images.size(3))};
  const DrawnViews drawn{at::empty({shape.lanes, count, shape.height, shape.width, shape.channels},
                                   images.options().dtype(at::kFloat)),
                         at::empty({shape.lanes, count}, images.options().dtype(at::kLong))};
  const QueueOf queue(images);
  cuda::draw_views<cuda::DeviceQueue>(queue, shape, draws, scale, images.const_data_ptr<uint8_t>(),
                                      subject.contiguous().const_data_ptr<int64_t>(),
                                      drawn.x.mutable_data_ptr<float>(),
                                      drawn.labels.mutable_data_ptr<int64_t>());
  return drawn;
}

at::Tensor cuda_update_sgd(const Sgd& o, OptimiserState& state, Weights& weights, const Weights& gradients,
                           const at::Tensor& active) {
  ++state.step;
  const cuda::SgdRule rule{static_cast<float>(o.learning_rate), static_cast<float>(o.momentum),
                           static_cast<float>(o.weight_decay), o.nesterov};
  return update_all(rule, o.momentum != 0, false, state, weights, gradients, active);
}

at::Tensor cuda_update_adam(const Adam& o, OptimiserState& state, Weights& weights, const Weights& gradients,
                            const at::Tensor& active) {
  ++state.step;
  const cuda::AdamRule rule{static_cast<float>(o.learning_rate / (1 - std::pow(o.beta1, state.step))),
                            static_cast<float>(1 / (1 - std::pow(o.beta2, state.step))),
                            static_cast<float>(o.beta1),
                            static_cast<float>(o.beta2),
                            static_cast<float>(o.epsilon),
                            static_cast<float>(o.weight_decay)};
  return update_all(rule, true, true, state, weights, gradients, active);
}

at::Tensor cuda_finite_lanes(const std::vector<at::Tensor>& tensors) {
  const int64_t lanes = tensors.front().size(0);
  const at::Tensor finite = at::ones({lanes}, tensors.front().options().dtype(at::kBool));
  const QueueOf queue(finite);
  for (const at::Tensor& tensor : tensors) {
    const at::Tensor x = tensor.contiguous();
    cuda::drop_lanes_not_finite<cuda::DeviceQueue>(queue, lanes, x.numel() / lanes, x.const_data_ptr<float>(),
                                                   finite.mutable_data_ptr<bool>());
  }
  return finite;
}

}  // namespace ttt::lanes
