#include "kernels/cuda/conv/shape.h"

#include "kernels/cuda/conv/conv.h"

namespace ttt::cuda {

bool supported(const ConvShape& s) {
  const bool image = s.in_channels > 0 && s.in_channels <= 4;
  const bool channels = s.out_channels > 0 && s.out_channels % 8 == 0 && s.out_channels <= 128 &&
                        (image || (s.in_channels % 8 == 0 && s.in_channels <= 128));
  return s.lanes > 0 && s.views > 0 && s.height > 0 && s.width > 0 && channels &&
         (s.stride == 1 || s.stride == 2) && forward_tile(s).rows > 0 &&
         (image || input_gradient_tile(s).rows > 0) && make_weight_tile(s, kSharedFloats).rows > 0;
}

}  // namespace ttt::cuda
