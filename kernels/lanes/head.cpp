#include "kernels/lanes/head.h"

#include "kernels/cpu/head/head.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/linear.h"
#include "kernels/lanes/norm_pool.h"
#include "kernels/lanes/pieces.h"
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

/// Calls f(piece, its shape, weights of its lane).
template <typename F>
void for_each_piece(const Pieces& pieces, const cpu::HeadShape& shape, const HeadWeights& w, F&& f) {
  const at::Tensor scale = contiguous_lanes(w.norm_scale), shift = contiguous_lanes(w.norm_shift),
                   weight = contiguous_lanes(w.weight), bias = contiguous_lanes(w.bias);
  pieces.for_each([&](const Piece& piece) {
    const int64_t k = piece.lane;
    cpu::HeadShape of_piece = shape;
    of_piece.images = piece.views;
    f(piece, of_piece,
      cpu::HeadWeights{lane_data(scale, k), lane_data(shift, k), lane_data(weight, k), lane_data(bias, k)});
  });
}

cpu::HeadSaved saved_of(const HeadState& state, const Piece& piece) {
  return {mutable_views_of(state.pooled, piece), mutable_views_of(state.moments, piece)};
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
  for_each_piece(Pieces(x), shape_of(x, w, groups), w,
                 [&](const Piece& piece, const cpu::HeadShape& shape, const cpu::HeadWeights& weights) {
                   cpu::head_forward(shape, weights, views_of(x, piece), mutable_views_of(f.logits, piece),
                                     saved_of(f.state, piece), scratch());
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
  const int64_t channels = x.size(4), classes = w.weight.size(1);
  const Pieces pieces(x);
  const auto sums = [&](at::IntArrayRef sizes) { return pieces.sums(sizes, x.options()); };
  const at::Tensor dx = want_input ? at::empty_like(x) : at::Tensor();
  const HeadWeights g = {sums({channels}), sums({channels}), sums({classes, channels}), sums({classes})};
  for_each_piece(pieces, shape_of(x, w, groups), w,
                 [&](const Piece& piece, const cpu::HeadShape& shape, const cpu::HeadWeights& weights) {
                   const cpu::HeadGradients to{mutable_views_of(dx, piece), sum_of(g.norm_scale, piece),
                                               sum_of(g.norm_shift, piece), sum_of(g.weight, piece),
                                               sum_of(g.bias, piece)};
                   cpu::head_backward(shape, weights, views_of(x, piece), saved_of(state, piece),
                                      views_of(dlogits, piece), to, scratch());
                 });
  return {dx, {added_up(g.norm_scale), added_up(g.norm_shift), added_up(g.weight), added_up(g.bias)}};
}

}  // namespace ttt::lanes
