#include "kernels/lanes/cpu_block.h"

#include "kernels/cpu/block/block.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/layout.h"
#include "kernels/torch.h"

namespace ttt::lanes {

cpu::ConvAlgorithm algorithm_of(Convolution convolution) {
  switch (convolution) {
    case Convolution::direct:
      return cpu::ConvAlgorithm::direct;
    case Convolution::winograd2:
      return cpu::ConvAlgorithm::winograd2;
    default:
      return cpu::ConvAlgorithm::winograd4;
  }
}

namespace {

cpu::BlockShape shape_of(const at::Tensor& x, const BlockWeights& w, const BlockOptions& options) {
  cpu::BlockShape shape;
  shape.images = x.size(1);
  shape.height = static_cast<int>(x.size(2));
  shape.width = static_cast<int>(x.size(3));
  shape.in_channels = static_cast<int>(x.size(4));
  shape.out_channels = static_cast<int>(w.conv1.size(1));
  shape.stride = options.stride;
  shape.norm_groups = options.groups;
  shape.epsilon = static_cast<float>(norm_epsilon);
  shape.algorithm = algorithm_of(options.convolution);
  return shape;
}

/// Calls f(k, norms, packed convolutions) for every lane; shared convolutions are packed once.
template <typename F>
void for_each_lane(const cpu::BlockShape& shape, const BlockWeights& w, int64_t lanes, cpu::Passes passes,
                   F&& f) {
  const at::Tensor scale1 = contiguous_lanes(w.norm1_scale), shift1 = contiguous_lanes(w.norm1_shift),
                   scale2 = contiguous_lanes(w.norm2_scale), shift2 = contiguous_lanes(w.norm2_shift),
                   conv1 = contiguous_lanes(w.conv1), conv2 = contiguous_lanes(w.conv2);
  const bool shared = is_shared(conv1) && is_shared(conv2);
  cpu::PackedBlock packed;
  for (int64_t k = 0; k < lanes; ++k) {
    if (k == 0 || !shared) packed.pack(shape, lane_data(conv1, k), lane_data(conv2, k), passes, scratch());
    f(k,
      cpu::BlockNorms{lane_data(scale1, k), lane_data(shift1, k), lane_data(scale2, k), lane_data(shift2, k)},
      packed);
  }
}

}  // namespace

bool cpu_block_supported(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options) {
  return options.convolution != Convolution::libtorch && options.precision == Precision::float32 &&
         is_cpu_float(x) && cpu::supported(shape_of(x, weights, options));
}

BlockForward cpu_block(const at::Tensor& x_, const BlockWeights& weights, const BlockOptions& options) {
  const at::Tensor x = x_.contiguous();
  const cpu::BlockShape shape = shape_of(x, weights, options);
  const int64_t lanes = x.size(0), views = x.size(1);
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  const std::vector<int64_t> out = {lanes, views, shape.out_height(), shape.out_width(), shape.out_channels};
  const std::vector<int64_t> moments = {lanes, views, options.groups, 2};
  const BlockForward f{made(out),
                       options.keep ? BlockState{made(out), made(moments), made(moments)} : BlockState{}};
  for_each_lane(shape, weights, lanes, cpu::Passes::forward,
                [&](int64_t k, const cpu::BlockNorms& norms, const cpu::PackedBlock& convs) {
                  const cpu::BlockSaved saved{mutable_lane_data(f.state.inner, k),
                                              mutable_lane_data(f.state.moments1, k),
                                              mutable_lane_data(f.state.moments2, k)};
                  cpu::block_forward(shape, norms, convs, lane_data(x, k), mutable_lane_data(f.y, k),
                                     options.keep ? &saved : nullptr, scratch());
                });
  return f;
}

BlockGradients cpu_block_backward(const at::Tensor& dy_, const at::Tensor& x_, const BlockState& state,
                                  const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                  bool want_convolutions) {
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const cpu::BlockShape shape = shape_of(x, weights, options);
  const int64_t lanes = x.size(0), in = shape.in_channels, out = shape.out_channels;
  const auto made = [&](at::IntArrayRef sizes) { return at::empty(sizes, x.options()); };
  BlockGradients g;
  if (want_input) g.input = at::empty_like(x);
  g.weights = {made({lanes, in}), made({lanes, in}), {}, made({lanes, out}), made({lanes, out}), {}};
  if (want_convolutions) {
    g.weights.conv1 = made({lanes, out, in, 3, 3});
    g.weights.conv2 = made({lanes, out, out, 3, 3});
  }
  for_each_lane(
      shape, weights, lanes, cpu::Passes::backward,
      [&](int64_t k, const cpu::BlockNorms& norms, const cpu::PackedBlock& convs) {
        const cpu::BlockSaved saved{mutable_lane_data(state.inner, k), mutable_lane_data(state.moments1, k),
                                    mutable_lane_data(state.moments2, k)};
        const BlockWeights& w = g.weights;
        const cpu::BlockGradients to{mutable_lane_data(g.input, k),       mutable_lane_data(w.norm1_scale, k),
                                     mutable_lane_data(w.norm1_shift, k), mutable_lane_data(w.conv1, k),
                                     mutable_lane_data(w.norm2_scale, k), mutable_lane_data(w.norm2_shift, k),
                                     mutable_lane_data(w.conv2, k)};
        cpu::block_backward(shape, norms, convs, lane_data(x, k), saved, lane_data(dy, k), to, scratch());
      });
  return g;
}

}  // namespace ttt::lanes
