#include "kernels/lanes/cuda_ends.h"

#include "kernels/cuda/head/head.h"
#include "kernels/cuda/loss/loss.h"
#include "kernels/cuda/stem/stem.h"
#include "kernels/lanes/cuda_lane.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

cuda::ConvShape stem_shape(const at::Tensor& x, const at::Tensor& weight, int stride) {
  return {x.size(0),
          static_cast<int>(x.size(1)),
          static_cast<int>(x.size(2)),
          static_cast<int>(x.size(3)),
          static_cast<int>(x.size(4)),
          static_cast<int>(weight.size(1)),
          stride};
}

cuda::HeadShape head_shape(const at::Tensor& x, const HeadWeights& w, int groups) {
  return {x.size(0),
          static_cast<int>(x.size(1)),
          static_cast<int>(x.size(2)),
          static_cast<int>(x.size(3)),
          static_cast<int>(x.size(4)),
          static_cast<int>(w.weight.size(1)),
          groups,
          static_cast<float>(norm_epsilon)};
}

HeadWeights contiguous(const HeadWeights& w) {
  return {contiguous_lanes(w.norm_scale), contiguous_lanes(w.norm_shift), contiguous_lanes(w.weight),
          contiguous_lanes(w.bias)};
}

cuda::HeadWeights on_device(const HeadWeights& w) {
  return {lane_floats(w.norm_scale), lane_floats(w.norm_shift), lane_floats(w.weight), lane_floats(w.bias)};
}

cuda::HeadState on_device(const HeadState& state) {
  return {state.pooled.mutable_data_ptr<float>(), state.moments.mutable_data_ptr<float>()};
}

cuda::LossShape loss_shape(const at::Tensor& logits) {
  return {logits.size(0), static_cast<int>(logits.size(1)), static_cast<int>(logits.size(2))};
}

}  // namespace

bool cuda_stem_supported(const at::Tensor& x, const at::Tensor& weight, int stride) {
  return is_cuda_float(x) && weight.size(-1) == 3 && cuda::supported(stem_shape(x, weight, stride));
}

at::Tensor cuda_stem(const at::Tensor& x_, const at::Tensor& weight_, int stride) {
  const at::Tensor x = x_.contiguous(), weight = contiguous_lanes(weight_);
  const cuda::ConvShape shape = stem_shape(x, weight, stride);
  const at::Tensor y = at::empty(
      {shape.lanes, shape.views, shape.out_height(), shape.out_width(), shape.out_channels}, x.options());
  const QueueOf queue(x);
  cuda::stem_forward<cuda::DeviceQueue>(queue, shape, lane_floats(weight), x.const_data_ptr<float>(),
                                        y.mutable_data_ptr<float>(), nullptr, 1, 0);
  return y;
}

at::Tensor cuda_stem_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& weight,
                              int stride) {
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const cuda::ConvShape shape = stem_shape(x, weight, stride);
  const at::Tensor gradient = at::empty(weight.sizes(), x.options()),
                   workspace = at::empty({cuda::stem_workspace(shape)}, x.options());
  const QueueOf queue(x);
  cuda::stem_backward<cuda::DeviceQueue>(queue, shape, x.const_data_ptr<float>(), dy.const_data_ptr<float>(),
                                         gradient.mutable_data_ptr<float>(),
                                         workspace.mutable_data_ptr<float>());
  return gradient;
}

bool cuda_head_supported(const at::Tensor& x, const HeadWeights& weights, int groups) {
  return is_cuda_float(x) && cuda::supported(head_shape(x, weights, groups));
}

HeadForward cuda_head(const at::Tensor& x_, const HeadWeights& weights, int groups) {
  const at::Tensor x = x_.contiguous();
  const HeadWeights w = contiguous(weights);
  const cuda::HeadShape shape = head_shape(x, w, groups);
  const HeadForward f{at::empty({shape.lanes, shape.views, shape.classes}, x.options()),
                      {at::empty({shape.lanes, shape.views, shape.channels}, x.options()),
                       at::empty({shape.lanes, shape.views, groups, 2}, x.options())}};
  const QueueOf queue(x);
  cuda::head_forward<cuda::DeviceQueue>(queue, shape, on_device(w), x.const_data_ptr<float>(),
                                        on_device(f.state), f.logits.mutable_data_ptr<float>());
  return f;
}

HeadGradients cuda_head_backward(const at::Tensor& dlogits_, const at::Tensor& x_, const HeadState& state,
                                 const HeadWeights& weights, int groups, bool want_input) {
  const at::Tensor x = x_.contiguous(), dlogits = dlogits_.contiguous();
  const HeadWeights w = contiguous(weights);
  const cuda::HeadShape shape = head_shape(x, w, groups);
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  const HeadGradients g{
      want_input ? at::empty_like(x) : at::Tensor(),
      {made({shape.lanes, shape.channels}), made({shape.lanes, shape.channels}),
       made({shape.lanes, shape.classes, shape.channels}), made({shape.lanes, shape.classes})}};
  const at::Tensor workspace = made({cuda::head_workspace(shape)});
  const QueueOf queue(x);
  cuda::head_backward<cuda::DeviceQueue>(
      queue, shape, on_device(w), x.const_data_ptr<float>(), on_device(state),
      dlogits.const_data_ptr<float>(),
      {floats_or_null(g.input), floats_or_null(g.weights.norm_scale), floats_or_null(g.weights.norm_shift),
       floats_or_null(g.weights.weight), floats_or_null(g.weights.bias)},
      workspace.mutable_data_ptr<float>());
  return g;
}

Loss cuda_cross_entropy(const at::Tensor& logits_, const at::Tensor& target_) {
  const at::Tensor logits = logits_.contiguous(), target = target_.contiguous();
  const Loss loss{at::empty({logits.size(0)}, logits.options()), at::empty_like(logits)};
  const at::Tensor workspace =
      at::empty({logits.size(0), logits.size(1)}, logits.options().dtype(at::kDouble));
  const QueueOf queue(logits);
  cuda::cross_entropy<cuda::DeviceQueue>(
      queue, loss_shape(logits), logits.const_data_ptr<float>(), target.const_data_ptr<int64_t>(),
      loss.value.mutable_data_ptr<float>(), loss.gradient.mutable_data_ptr<float>(),
      workspace.mutable_data_ptr<double>());
  return loss;
}

Loss cuda_mean_entropy(const at::Tensor& logits_) {
  const at::Tensor logits = logits_.contiguous();
  const Loss loss{at::empty({logits.size(0)}, logits.options()), at::empty_like(logits)};
  const at::Tensor workspace =
      at::empty({logits.size(0), logits.size(1) + 1, logits.size(2)}, logits.options().dtype(at::kDouble));
  const QueueOf queue(logits);
  cuda::mean_entropy<cuda::DeviceQueue>(
      queue, loss_shape(logits), logits.const_data_ptr<float>(), loss.value.mutable_data_ptr<float>(),
      loss.gradient.mutable_data_ptr<float>(), workspace.mutable_data_ptr<double>());
  return loss;
}

}  // namespace ttt::lanes
