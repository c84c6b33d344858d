#include "kernels/lanes/stem.h"

#include "kernels/cpu/stem/stem.h"
#include "kernels/lanes/convolution.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
#include "kernels/lanes/pieces.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

cpu::StemShape shape_of(const at::Tensor& x, const at::Tensor& weight, int stride) {
  return {x.size(1),
          static_cast<int>(x.size(2)),
          static_cast<int>(x.size(3)),
          static_cast<int>(x.size(4)),
          static_cast<int>(weight.size(1)),
          stride};
}

/// Calls f(piece, its shape).
template <typename F>
void for_each_piece(const Pieces& pieces, const cpu::StemShape& shape, F&& f) {
  pieces.for_each([&](const Piece& piece) {
    cpu::StemShape of_piece = shape;
    of_piece.images = piece.views;
    f(piece, of_piece);
  });
}

bool by_hand(const at::Tensor& x, const at::Tensor& weight, int stride) {
  return is_cpu_float(x) && cpu::supported(shape_of(x, weight, stride));
}

}  // namespace

at::Tensor stem(const at::Tensor& x_, const at::Tensor& weight_, int stride) {
  const at::Tensor x = x_.contiguous(), weight = contiguous_lanes(weight_);
  if (const auto* cuda = cuda_operations_for(x); cuda && cuda->has_stem(x, weight, stride))
    return cuda->stem(x, weight, stride);
  if (!by_hand(x, weight, stride)) return convolution(x, weight, stride);
  const cpu::StemShape shape = shape_of(x, weight, stride);
  const at::Tensor y = at::empty(
      {x.size(0), x.size(1), shape.out_height(), shape.out_width(), shape.out_channels}, x.options());
  for_each_piece(Pieces(x), shape, [&](const Piece& piece, const cpu::StemShape& of_piece) {
    cpu::stem_forward(of_piece, lane_data(weight, piece.lane), views_of(x, piece), mutable_views_of(y, piece),
                      scratch());
  });
  return y;
}

at::Tensor stem_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& weight, int stride) {
  const at::Tensor dy = dy_.contiguous(), x = x_.contiguous();
  if (const auto* cuda = cuda_operations_for(x); cuda && cuda->has_stem(x, weight, stride))
    return cuda->stem_backward(dy, x, weight, stride);
  if (!by_hand(x, weight, stride)) return convolution_backward(dy, x, weight, stride, false, true).weight;
  const Pieces pieces(x);
  const at::Tensor sums = pieces.sums(weight.sizes().slice(1), x.options());
  for_each_piece(
      pieces, shape_of(x, weight, stride), [&](const Piece& piece, const cpu::StemShape& of_piece) {
        cpu::stem_backward(of_piece, views_of(x, piece), views_of(dy, piece), sum_of(sums, piece), scratch());
      });
  return added_up(sums);
}

}  // namespace ttt::lanes
