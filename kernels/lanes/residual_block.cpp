#include "kernels/lanes/residual_block.h"

#include <ATen/ATen.h>

#include "kernels/lanes/convolution.h"
#include "kernels/lanes/layout.h"

namespace ttt::lanes {
namespace {

at::Tensor pool(const at::Tensor& x, int stride) {
  std::vector<at::Tensor> y;
  for (int64_t k = 0; k < x.size(0); ++k)
    y.push_back(channels_innermost(at::avg_pool2d(channels_first(x, k), stride, stride, 0, /*ceil_mode=*/true,
                                                  /*count_include_pad=*/false)));
  return join(y);
}

at::Tensor pool_backward(const at::Tensor& dy, const at::Tensor& x, int stride) {
  std::vector<at::Tensor> dx;
  for (int64_t k = 0; k < x.size(0); ++k)
    dx.push_back(channels_innermost(at::avg_pool2d_backward(channels_first(dy, k), channels_first(x, k),
                                                            stride, stride, 0, true, false, std::nullopt)));
  return join(dx);
}

/// Adds the shortcut of x to y in place.
void add_shortcut(at::Tensor& y, const at::Tensor& x, int stride) {
  y.narrow(-1, 0, x.size(-1)).add_(stride == 1 ? x : pool(x, stride));
}

at::Tensor shortcut_backward(const at::Tensor& dy, const at::Tensor& x, int stride) {
  const at::Tensor d = dy.narrow(-1, 0, x.size(-1));
  return stride == 1 ? d : pool_backward(d.contiguous(), x, stride);
}

at::Tensor relu_backward(const at::Tensor& dy, const at::Tensor& before) {
  return at::threshold_backward(dy, before, 0);
}

}  // namespace

BlockForward residual_block(const at::Tensor& x, const BlockWeights& w, const BlockOptions& options) {
  BlockForward f;
  f.state.norm1 = group_norm(x, w.norm1_scale, w.norm1_shift, options.groups);
  f.state.inner = convolution(f.state.norm1.y.relu(), w.conv1, options.stride);
  f.state.norm2 = group_norm(f.state.inner, w.norm2_scale, w.norm2_shift, options.groups);
  f.y = convolution(f.state.norm2.y.relu(), w.conv2, 1);
  add_shortcut(f.y, x, options.stride);
  return f;
}

BlockGradients residual_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                       const BlockWeights& w, const BlockOptions& options, bool want_input,
                                       bool want_convolutions) {
  const auto conv2 = convolution_backward(dy, state.norm2.y.relu(), w.conv2, 1, true, want_convolutions);
  const auto norm2 = group_norm_backward(relu_backward(conv2.input, state.norm2.y), state.inner, state.norm2,
                                         w.norm2_scale, options.groups, true);
  const auto conv1 = convolution_backward(norm2.input, state.norm1.y.relu(), w.conv1, options.stride, true,
                                          want_convolutions);
  const auto norm1 = group_norm_backward(relu_backward(conv1.input, state.norm1.y), x, state.norm1,
                                         w.norm1_scale, options.groups, want_input);
  BlockGradients g;
  if (want_input) g.input = norm1.input + shortcut_backward(dy, x, options.stride);
  g.weights = {norm1.scale, norm1.shift, conv1.weight, norm2.scale, norm2.shift, conv2.weight};
  return g;
}

}  // namespace ttt::lanes
