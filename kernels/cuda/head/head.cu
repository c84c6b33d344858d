#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/head/head_inl.h"

namespace ttt::cuda {

template void head_forward(const DeviceQueue&, const HeadShape&, const HeadWeights&, const float*,
                           const HeadState&, float*);
template void head_backward(const DeviceQueue&, const HeadShape&, const HeadWeights&, const float*,
                            const HeadState&, const float*, const HeadGradients&, float*);

}  // namespace ttt::cuda
