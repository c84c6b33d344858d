#include "kernels/lanes/stem.h"

#include "kernels/cpu/stem/stem.h"
#include "kernels/lanes/convolution.h"
#include "kernels/lanes/cpu_lane.h"
#include "kernels/lanes/cuda_operations.h"
#include "kernels/lanes/layout.h"
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
  for (int64_t k = 0; k < x.size(0); ++k)
    cpu::stem_forward(shape, lane_data(weight, k), lane_data(x, k), mutable_lane_data(y, k), scratch());
  return y;
}

at::Tensor stem_backward(const at::Tensor& dy_, const at::Tensor& x_, const at::Tensor& weight, int stride) {
  const at::Tensor dy = dy_.contiguous(), x = x_.contiguous();
  if (const auto* cuda = cuda_operations_for(x); cuda && cuda->has_stem(x, weight, stride))
    return cuda->stem_backward(dy, x, weight, stride);
  if (!by_hand(x, weight, stride)) return convolution_backward(dy, x, weight, stride, false, true).weight;
  const at::Tensor gradient = at::empty(weight.sizes(), x.options());
  for (int64_t k = 0; k < x.size(0); ++k)
    cpu::stem_backward(shape_of(x, weight, stride), lane_data(x, k), lane_data(dy, k),
                       mutable_lane_data(gradient, k), scratch());
  return gradient;
}

}  // namespace ttt::lanes
