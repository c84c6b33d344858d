#include "kernels/lanes/head.h"

#include "kernels/cpu/head/head.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/linear.h"
#include "kernels/lanes/norm_pool.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

cpu::HeadShape shape_of(const at::Tensor& x, const HeadWeights& w, int groups) {
  return {x.size(1),
          static_cast<int>(x.size(2)),
          static_cast<int>(x.size(3)),
          static_cast<int>(x.size(4)),
          static_cast<int>(w.weight.size(1)),
          groups,
          static_cast<float>(norm_epsilon)};
}

bool by_hand(const at::Tensor& x, const HeadWeights& w, int groups) {
  return is_cpu_float(x) && cpu::supported(shape_of(x, w, groups));
}

/// Calls f(k, weights of lane k).
template <typename F>
void for_each_lane(const HeadWeights& w, int64_t lanes, F&& f) {
  const at::Tensor scale = contiguous_lanes(w.norm_scale), shift = contiguous_lanes(w.norm_shift),
                   weight = contiguous_lanes(w.weight), bias = contiguous_lanes(w.bias);
  for (int64_t k = 0; k < lanes; ++k)
    f(k,
      cpu::HeadWeights{lane_data(scale, k), lane_data(shift, k), lane_data(weight, k), lane_data(bias, k)});
}

}  // namespace

HeadForward head(const at::Tensor& x_, const HeadWeights& w, int groups) {
  if (const auto* cuda = cuda_operations_for(x_); cuda && cuda->has_head(x_, w, groups))
    return cuda->head(x_, w, groups);
  const at::Tensor x = x_.contiguous();
  if (!by_hand(x, w, groups)) {
    const NormPool pooled = norm_pool(x, w.norm_scale, w.norm_shift, groups);
    return {linear(pooled.y, w.weight, w.bias), {pooled.y, pooled.moments}};
  }
  const int64_t lanes = x.size(0), views = x.size(1);
  const HeadForward f{
      at::empty({lanes, views, w.weight.size(1)}, x.options()),
      {at::empty({lanes, views, x.size(4)}, x.options()), at::empty({lanes, views, groups, 2}, x.options())}};
  for_each_lane(w, lanes, [&](int64_t k, const cpu::HeadWeights& weights) {
    const cpu::HeadSaved saved{mutable_lane_data(f.state.pooled, k), mutable_lane_data(f.state.moments, k)};
    cpu::head_forward(shape_of(x, w, groups), weights, lane_data(x, k), mutable_lane_data(f.logits, k), saved,
                      scratch());
  });
  return f;
}

HeadGradients head_backward(const at::Tensor& dlogits_, const at::Tensor& x_, const HeadState& state,
                            const HeadWeights& w, int groups, bool want_input) {
  if (const auto* cuda = cuda_operations_for(x_); cuda && cuda->has_head(x_, w, groups))
    return cuda->head_backward(dlogits_, x_, state, w, groups, want_input);
  const at::Tensor x = x_.contiguous(), dlogits = dlogits_.contiguous();
  if (!by_hand(x, w, groups)) {
    const LinearGradients closing = linear_backward(dlogits, state.pooled, w.weight);
    const GroupNormGradients norm =
        norm_pool_backward(closing.input, x, state.moments, w.norm_scale, w.norm_shift, want_input);
    return {norm.input, {norm.scale, norm.shift, closing.weight, closing.bias}};
  }
  const int64_t lanes = x.size(0), channels = x.size(4), classes = w.weight.size(1);
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  const HeadGradients g{want_input ? at::empty_like(x) : at::Tensor(),
                        {made({lanes, channels}), made({lanes, channels}), made({lanes, classes, channels}),
                         made({lanes, classes})}};
  for_each_lane(w, lanes, [&](int64_t k, const cpu::HeadWeights& weights) {
    const cpu::HeadSaved saved{mutable_lane_data(state.pooled, k), mutable_lane_data(state.moments, k)};
    const cpu::HeadGradients to{mutable_lane_data(g.input, k), mutable_lane_data(g.weights.norm_scale, k),
                                mutable_lane_data(g.weights.norm_shift, k),
                                mutable_lane_data(g.weights.weight, k), mutable_lane_data(g.weights.bias, k)};
    cpu::head_backward(shape_of(x, w, groups), weights, lane_data(x, k), saved, lane_data(dlogits, k), to,
                       scratch());
  });
  return g;
}

}  // namespace ttt::lanes
