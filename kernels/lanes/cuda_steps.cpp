#include "kernels/lanes/cuda_steps.h"

#include <cmath>
#include <cstring>

#include "kernels/cuda/low_rank/low_rank.h"
#include "kernels/cuda/optimiser/optimiser.h"
#include "kernels/cuda/views/views.h"
#include "kernels/lanes/cuda_lane.h"
#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

int64_t parts_of_all(const Weights& gradients, int64_t lanes) {
  int64_t parts = 0;
  for (const auto& [name, gradient] : gradients) parts += cuda::parts_of(gradient.numel() / lanes);
  return parts;
}

template <typename Rule>
at::Tensor update_all(const Rule& rule, bool first, bool second, OptimiserState& state, Weights& weights,
                      const Weights& gradients, const at::Tensor& active_) {
  const at::Tensor active = active_.contiguous();
  const int64_t lanes = active.size(0), parts = parts_of_all(gradients, lanes);
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
    square += cuda::parts_of(size) * lanes;
    weights[name] = w;
  }
  cuda::update_norms<cuda::DeviceQueue>(queue, lanes, parts, squares.const_data_ptr<double>(),
                                        active.const_data_ptr<bool>(), norm.mutable_data_ptr<double>());
  return norm;
}

cuda::ViewShape view_shape(const at::Tensor& images, int64_t count) {
  return {images.size(0), static_cast<int>(count), static_cast<int>(images.size(1)),
          static_cast<int>(images.size(2)), static_cast<int>(images.size(3))};
}

/// views[k][v] as bytes [K, V, sizeof(View)], on the device.
at::Tensor bytes_of(const std::vector<std::vector<View>>& views, const at::Device& device) {
  static_assert(std::is_trivially_copyable_v<View>);
  const size_t count = views.front().size();
  const at::Tensor bytes = at::empty(
      {static_cast<int64_t>(views.size()), static_cast<int64_t>(count), int64_t{sizeof(View)}}, at::kByte);
  for (size_t k = 0; k < views.size(); ++k)
    std::memcpy(bytes.select(0, static_cast<int64_t>(k)).mutable_data_ptr<uint8_t>(), views[k].data(),
                count * sizeof(View));
  return bytes.to(device);
}

cuda::LowRankShape low_rank_shape(const at::Tensor& b, const at::Tensor& a) {
  return {b.size(0), static_cast<int>(b.size(1)), static_cast<int>(a.size(2)), static_cast<int>(a.size(1))};
}

}  // namespace

DrawnViews cuda_draw_views(const at::Tensor& images_, const at::Tensor& subject, int count,
                           const StepViews& draws, const PixelScale& scale) {
  const at::Tensor images = images_.contiguous();
  const cuda::ViewShape shape = view_shape(images, count);
  const DrawnViews drawn{empty_views(images, count),
                         at::empty({shape.lanes, count}, images.options().dtype(at::kLong))};
  const QueueOf queue(images);
  cuda::draw_views<cuda::DeviceQueue>(queue, shape, draws, scale, images.const_data_ptr<uint8_t>(),
                                      subject.contiguous().const_data_ptr<int64_t>(),
                                      drawn.x.mutable_data_ptr<float>(),
                                      drawn.labels.mutable_data_ptr<int64_t>());
  return drawn;
}

at::Tensor cuda_show_views(const at::Tensor& images_, const std::vector<std::vector<View>>& views,
                           PadMode pad, const PixelScale& scale) {
  const at::Tensor images = images_.contiguous(), shown = bytes_of(views, images.device());
  const cuda::ViewShape shape = view_shape(images, shown.size(1));
  const at::Tensor x = empty_views(images, shape.views);
  const QueueOf queue(images);
  cuda::show_views<cuda::DeviceQueue>(queue, shape, pad, scale, images.const_data_ptr<uint8_t>(),
                                      reinterpret_cast<const View*>(shown.const_data_ptr<uint8_t>()),
                                      x.mutable_data_ptr<float>());
  return x;
}

at::Tensor cuda_low_rank_sum(const at::Tensor& base_, const at::Tensor& b_, const at::Tensor& a_) {
  const at::Tensor base = contiguous_lanes(base_), b = b_.contiguous(), a = a_.contiguous(),
                   sum = at::empty(base.sizes(), base.options());
  const QueueOf queue(sum);
  cuda::low_rank_sum<cuda::DeviceQueue>(queue, low_rank_shape(b, a), lane_floats(base),
                                        b.const_data_ptr<float>(), a.const_data_ptr<float>(),
                                        sum.mutable_data_ptr<float>());
  return sum;
}

LowRankGradients cuda_low_rank_sum_backward(const at::Tensor& dw_, const at::Tensor& b_,
                                            const at::Tensor& a_) {
  const at::Tensor dw = dw_.contiguous(), b = b_.contiguous(), a = a_.contiguous();
  const LowRankGradients d{at::empty_like(b), at::empty_like(a)};
  const QueueOf queue(dw);
  cuda::low_rank_sum_backward<cuda::DeviceQueue>(
      queue, low_rank_shape(b, a), dw.const_data_ptr<float>(), b.const_data_ptr<float>(),
      a.const_data_ptr<float>(), d.b.mutable_data_ptr<float>(), d.a.mutable_data_ptr<float>());
  return d;
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
