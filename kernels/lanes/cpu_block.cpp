#include "kernels/lanes/cpu_block.h"

#include <utility>

#include "kernels/cpu/block/block.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/group_norm.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/pieces.h"
#include "kernels/lanes/threads.h"
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

/// Calls f(piece, its shape, norms, packed convolutions) for all pieces; shared convolutions are packed once.
template <typename F>
void for_each_piece(const Pieces& pieces, const cpu::BlockShape& shape, const BlockWeights& w,
                    cpu::Passes passes, F&& f) {
  const at::Tensor scale1 = contiguous_lanes(w.norm1_scale), shift1 = contiguous_lanes(w.norm1_shift),
                   scale2 = contiguous_lanes(w.norm2_scale), shift2 = contiguous_lanes(w.norm2_shift),
                   conv1 = contiguous_lanes(w.conv1), conv2 = contiguous_lanes(w.conv2);
  const auto pack = [&](cpu::PackedBlock& packed, int64_t k) {
    packed.pack(shape, lane_data(conv1, k), lane_data(conv2, k), passes, scratch());
  };
  const bool shared = is_shared(conv1) && is_shared(conv2);
  cpu::PackedBlock of_all;
  if (shared) pack(of_all, 0);
  on_threads(pieces.count(), [&](int64_t begin, int64_t end) {
    cpu::PackedBlock of_lane;
    int64_t packed_lane = -1;
    for (int64_t n = begin; n < end; ++n) {
      const Piece piece = pieces[n];
      const int64_t k = piece.lane;
      if (!shared && std::exchange(packed_lane, k) != k) pack(of_lane, k);
      cpu::BlockShape of_piece = shape;
      of_piece.images = piece.views;
      f(piece, of_piece,
        cpu::BlockNorms{lane_data(scale1, k), lane_data(shift1, k), lane_data(scale2, k),
                        lane_data(shift2, k)},
        shared ? of_all : of_lane);
    }
  });
}

cpu::BlockSaved saved_of(const BlockState& state, const Piece& piece) {
  return {mutable_views_of(state.inner, piece), mutable_views_of(state.moments1, piece),
          mutable_views_of(state.moments2, piece)};
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
  for_each_piece(Pieces(x), shape, weights, cpu::Passes::forward,
                 [&](const Piece& piece, const cpu::BlockShape& of_piece, const cpu::BlockNorms& norms,
                     const cpu::PackedBlock& convs) {
                   const cpu::BlockSaved saved = saved_of(f.state, piece);
                   cpu::block_forward(of_piece, norms, convs, views_of(x, piece),
                                      mutable_views_of(f.y, piece), options.keep ? &saved : nullptr,
                                      scratch());
                 });
  return f;
}

BlockGradients cpu_block_backward(const at::Tensor& dy_, const at::Tensor& x_, const BlockState& state,
                                  const BlockWeights& weights, const BlockOptions& options, bool want_input,
                                  bool want_convolutions) {
  const at::Tensor x = x_.contiguous(), dy = dy_.contiguous();
  const cpu::BlockShape shape = shape_of(x, weights, options);
  const int64_t in = shape.in_channels, out = shape.out_channels;
  const Pieces pieces(x);
  const auto sums = [&](at::IntArrayRef sizes) { return pieces.sums(sizes, x.options()); };
  const at::Tensor dx = want_input ? at::empty_like(x) : at::Tensor();
  BlockWeights w = {sums({in}), sums({in}), {}, sums({out}), sums({out}), {}};
  if (want_convolutions) {
    w.conv1 = sums({out, in, 3, 3});
    w.conv2 = sums({out, out, 3, 3});
  }
  for_each_piece(pieces, shape, weights, cpu::Passes::backward,
                 [&](const Piece& piece, const cpu::BlockShape& of_piece, const cpu::BlockNorms& norms,
                     const cpu::PackedBlock& convs) {
                   const cpu::BlockGradients to{mutable_views_of(dx, piece),  sum_of(w.norm1_scale, piece),
                                                sum_of(w.norm1_shift, piece), sum_of(w.conv1, piece),
                                                sum_of(w.norm2_scale, piece), sum_of(w.norm2_shift, piece),
                                                sum_of(w.conv2, piece)};
                   cpu::block_backward(of_piece, norms, convs, views_of(x, piece), saved_of(state, piece),
                                       views_of(dy, piece), to, scratch());
                 });
  return {dx,
          {added_up(w.norm1_scale), added_up(w.norm1_shift), added_up(w.conv1), added_up(w.norm2_scale),
           added_up(w.norm2_shift), added_up(w.conv2)}};
}

}  // namespace ttt::lanes
