#include "kernels/lanes/cuda_block.h"

#include "kernels/cuda/block/block.h"
#include "kernels/lanes/cuda_lane.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

cuda::BlockShape shape_of(const at::Tensor& x, const BlockWeights& w, const BlockOptions& options) {
  cuda::BlockShape shape;
  shape.lanes = x.size(0);
  shape.views = static_cast<int>(x.size(1));
  shape.height = static_cast<int>(x.size(2));
  shape.width = static_cast<int>(x.size(3));
  shape.in_channels = static_cast<int>(x.size(4));
  shape.out_channels = static_cast<int>(w.conv1.size(1));
  shape.stride = options.stride;
  shape.norm_groups = options.groups;
  shape.epsilon = static_cast<float>(norm_epsilon);
  shape.precision = options.precision;
  return shape;
}

BlockWeights contiguous(const BlockWeights& w) {
  return {contiguous_lanes(w.norm1_scale), contiguous_lanes(w.norm1_shift), contiguous_lanes(w.conv1),
          contiguous_lanes(w.norm2_scale), contiguous_lanes(w.norm2_shift), contiguous_lanes(w.conv2)};
}

cuda::BlockWeights on_device(const BlockWeights& w) {
  return {lane_floats(w.norm1_scale), lane_floats(w.norm1_shift), lane_floats(w.conv1),
          lane_floats(w.norm2_scale), lane_floats(w.norm2_shift), lane_floats(w.conv2)};
}

cuda::BlockState on_device(const BlockState& state) {
  return {state.inner.mutable_data_ptr<float>(), state.moments1.mutable_data_ptr<float>(),
          state.moments2.mutable_data_ptr<float>()};
}

}  // namespace

bool cuda_block_supported(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options) {
  return options.convolution != Convolution::libtorch && is_cuda_float(x) &&
         cuda::supported(shape_of(x, weights, options));
}

BlockForward cuda_block(const at::Tensor& x_, const BlockWeights& weights, const BlockOptions& options) {
  const at::Tensor x = x_.contiguous();
  const BlockWeights w = contiguous(weights);
  const cuda::BlockShape shape = shape_of(x, w, options);
  const cuda::ConvShape conv2 = shape.conv2();
  const std::vector<int64_t> out = {shape.lanes, shape.views, conv2.height, conv2.width, shape.out_channels};
  const std::vector<int64_t> moments = {shape.lanes, shape.views, options.groups, 2};
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  const BlockForward f{made(out), {made(out), made(moments), made(moments)}};
  const QueueOf queue(x);
  cuda::block_forward<cuda::DeviceQueue>(queue, shape, on_device(w), x.const_data_ptr<float>(),
                                         cuda::Moments1::compute, on_device(f.state),
                                         f.y.mutable_data_ptr<float>(), nullptr);
  return f;
}

BlockGradients cuda_block_backward(const at::Tensor& dy_, const at::Tensor& x_, const BlockState& state,
                                   const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                   bool want_convolutions) {
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const BlockWeights w = contiguous(weights);
  const cuda::BlockShape shape = shape_of(x, w, options);
  const int64_t lanes = shape.lanes, in = shape.in_channels, out = shape.out_channels;
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  BlockGradients g;
  if (want_input) g.input = at::empty_like(x);
  g.weights = {made({lanes, in}), made({lanes, in}), {}, made({lanes, out}), made({lanes, out}), {}};
  if (want_convolutions) {
    g.weights.conv1 = made({lanes, out, in, 3, 3});
    g.weights.conv2 = made({lanes, out, out, 3, 3});
  }
  const BlockWeights& to = g.weights;
  const at::Tensor workspace = made({cuda::block_workspace(shape)});
  const QueueOf queue(x);
  cuda::block_backward<cuda::DeviceQueue>(
      queue, shape, on_device(w), x.const_data_ptr<float>(), on_device(state), dy.const_data_ptr<float>(),
      {floats_or_null(g.input), floats_or_null(to.norm1_scale), floats_or_null(to.norm1_shift),
       floats_or_null(to.conv1), floats_or_null(to.norm2_scale), floats_or_null(to.norm2_shift),
       floats_or_null(to.conv2)},
      workspace.mutable_data_ptr<float>());
  return g;
}

}  // namespace ttt::lanes
