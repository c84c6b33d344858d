#include "kernels/cuda/stem/stem.h"

#include "kernels/cuda/conv/conv.h"

namespace ttt::cuda {

int64_t stem_workspace(const ConvShape& shape) { return weight_gradient_workspace(shape); }

}  // namespace ttt::cuda
