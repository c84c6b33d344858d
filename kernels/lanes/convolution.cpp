#include "kernels/lanes/convolution.h"

#include <array>

#include "kernels/lanes/pieces.h"
#include "kernels/torch.h"

namespace ttt::lanes {
namespace {

int64_t strided(int64_t size, int stride) { return (size + stride - 1) / stride; }

}  // namespace

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, int stride) {
  const int64_t padding = weight.size(-1) / 2;
  const at::Tensor y = at::empty(
      {x.size(0), x.size(1), strided(x.size(2), stride), strided(x.size(3), stride), weight.size(1)},
      x.options());
  Pieces(x).for_each([&](const Piece& piece) {
    images_of(y, piece).copy_(
        at::conv2d(images_of(x, piece), weight.select(0, piece.lane), {}, stride, at::IntArrayRef(padding)));
  });
  return y;
}

ConvolutionGradients convolution_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                                          int stride, bool want_input, bool want_weight) {
  const int64_t padding = weight.size(-1) / 2;
  const Pieces pieces(x);
  const at::Tensor input = want_input ? at::empty_like(x) : at::Tensor();
  const at::Tensor sums = want_weight ? pieces.sums(weight.sizes().slice(1), x.options()) : at::Tensor();
  pieces.for_each([&](const Piece& piece) {
    const auto [dx, dw, bias] =
        at::convolution_backward(images_of(dy, piece), images_of(x, piece), weight.select(0, piece.lane),
                                 std::nullopt, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1,
                                 std::array<bool, 3>{want_input, want_weight, false});
    if (want_input) images_of(input, piece).copy_(dx);
    if (want_weight) sums.select(0, piece.lane).select(0, piece.index).copy_(dw);
  });
  return {input, added_up(sums)};
}

}  // namespace ttt::lanes
