#include "kernels/cuda/conv/shape.h"

#include "kernels/cuda/conv/conv.h"

namespace ttt::cuda {

bool supported(const ConvShape& s) {
  if (s.precision == Precision::float64) return false;
  const bool image = s.in_channels > 0 && s.in_channels <= 4 && s.precision == Precision::float32;
  const bool channels = s.out_channels > 0 && s.out_channels % 8 == 0 && s.out_channels <= 128 &&
                        (image || (s.in_channels > 0 && s.in_channels % 8 == 0 && s.in_channels <= 128));
  const bool known = s.lanes > 0 && s.views > 0 && s.height > 0 && s.width > 0 && channels &&
                     (s.stride == 1 || s.stride == 2);
  return known && with_number(s.precision, [&](auto number) {
           using Number = decltype(number);
           return forward_tile<Number>(s).rows > 0 && (image || input_gradient_tile<Number>(s).rows > 0) &&
                  weight_tile<Number>(s).rows > 0;
         });
}

}  // namespace ttt::cuda
