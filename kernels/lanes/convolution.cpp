#include "kernels/lanes/convolution.h"

#include <array>

#include "kernels/lanes/layout.h"
#include "kernels/lanes/threads.h"
#include "kernels/torch.h"

namespace ttt::lanes {

at::Tensor convolution(const at::Tensor& x, const at::Tensor& weight, int stride) {
  const LibraryThreads threads;
  const int64_t padding = weight.size(-1) / 2;
  std::vector<at::Tensor> y;
  for (int64_t k = 0; k < x.size(0); ++k)
    y.push_back(channels_innermost(
        at::conv2d(channels_first(x, k), weight.select(0, k), {}, stride, at::IntArrayRef(padding))));
  return join(y);
}

ConvolutionGradients convolution_backward(const at::Tensor& dy, const at::Tensor& x, const at::Tensor& weight,
                                          int stride, bool want_input, bool want_weight) {
  const LibraryThreads threads;
  const int64_t padding = weight.size(-1) / 2;
  std::vector<at::Tensor> input, filter;
  for (int64_t k = 0; k < x.size(0); ++k) {
    const auto [dx, dw, bias] = at::convolution_backward(
        channels_first(dy, k), channels_first(x, k), weight.select(0, k), std::nullopt, {stride, stride},
        {padding, padding}, {1, 1}, false, {0, 0}, 1, std::array<bool, 3>{want_input, want_weight, false});
    if (want_input) input.push_back(channels_innermost(dx));
    if (want_weight) filter.push_back(dw.contiguous());
  }
  return {want_input ? join(input) : at::Tensor(), want_weight ? join(filter) : at::Tensor()};
}

}  // namespace ttt::lanes
