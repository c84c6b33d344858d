#include "kernels/lanes/composed_block.h"

#include "kernels/lanes/convolution.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/pieces.h"
#include "kernels/lanes/rounding.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

at::Tensor pool(const at::Tensor& x, int stride) {
  const at::Tensor y = at::empty(
      {x.size(0), x.size(1), (x.size(2) + stride - 1) / stride, (x.size(3) + stride - 1) / stride, x.size(4)},
      x.options());
  Pieces(x).for_each([&](const Piece& piece) {
    images_of(y, piece).copy_(at::avg_pool2d(images_of(x, piece), stride, stride, 0, /*ceil_mode=*/true,
                                             /*count_include_pad=*/false));
  });
  return y;
}

at::Tensor pool_backward(const at::Tensor& dy, const at::Tensor& x, int stride) {
  const at::Tensor dx = at::empty_like(x);
  Pieces(x).for_each([&](const Piece& piece) {
    images_of(dx, piece).copy_(at::avg_pool2d_backward(images_of(dy, piece), images_of(x, piece), stride,
                                                       stride, 0, true, false, std::nullopt));
  });
  return dx;
}

/// Adds the shortcut of x to y in place.
void add_shortcut(at::Tensor& y, const at::Tensor& x, int stride) {
  y.narrow(-1, 0, x.size(-1)).add_(stride == 1 ? x : pool(x, stride));
}

at::Tensor shortcut_backward(const at::Tensor& dy, const at::Tensor& x, int stride) {
  const at::Tensor d = dy.narrow(-1, 0, x.size(-1));
  return stride == 1 ? d : pool_backward(d.contiguous(), x, stride);
}

/// The convolution and its gradients, of operands rounded to the precision.
at::Tensor convolve(const at::Tensor& a, const at::Tensor& w, int stride, Precision precision) {
  return convolution(rounded(a, precision), rounded(w, precision), stride);
}
ConvolutionGradients convolve_back(const at::Tensor& dy, const at::Tensor& a, const at::Tensor& w, int stride,
                                   Precision precision, bool want_weight) {
  return convolution_backward(rounded(dy, precision), rounded(a, precision), rounded(w, precision), stride,
                              true, want_weight);
}

at::Tensor relu_backward(const at::Tensor& dy, const at::Tensor& after) {
  return at::threshold_backward(dy, after, 0);
}

}  // namespace

BlockForward composed_block(const at::Tensor& x, const BlockWeights& w, const BlockOptions& options) {
  const GroupNorm norm1 = group_norm(x, w.norm1_scale, w.norm1_shift, options.groups);
  const at::Tensor inner = convolve(norm1.y.relu_(), w.conv1, options.stride, options.precision);
  const GroupNorm norm2 = group_norm(inner, w.norm2_scale, w.norm2_shift, options.groups);
  at::Tensor y = convolve(norm2.y.relu_(), w.conv2, 1, options.precision);
  add_shortcut(y, x, options.stride);
  return {y, {inner, norm1.moments, norm2.moments}};
}

BlockGradients composed_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                       const BlockWeights& w, const BlockOptions& options, bool want_input,
                                       bool want_convolutions) {
  const at::Tensor a2 = renormalised(state.inner, state.moments2, w.norm2_scale, w.norm2_shift).relu_();
  const auto conv2 = convolve_back(dy, a2, w.conv2, 1, options.precision, want_convolutions);
  const auto norm2 =
      group_norm_backward(relu_backward(conv2.input, a2), state.inner, state.moments2, w.norm2_scale, true);
  const at::Tensor a1 = renormalised(x, state.moments1, w.norm1_scale, w.norm1_shift).relu_();
  const auto conv1 =
      convolve_back(norm2.input, a1, w.conv1, options.stride, options.precision, want_convolutions);
  const auto norm1 =
      group_norm_backward(relu_backward(conv1.input, a1), x, state.moments1, w.norm1_scale, want_input);
  BlockGradients g;
  if (want_input) g.input = norm1.input + shortcut_backward(dy, x, options.stride);
  g.weights = {norm1.scale, norm1.shift, conv1.weight, norm2.scale, norm2.shift, conv2.weight};
  return g;
}

}  // namespace ttt::lanes
