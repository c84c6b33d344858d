#include "kernels/cuda/block/block_inl.h"
#include "kernels/cuda/conv/device.h"
#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda {

template void block_forward(const DeviceQueue&, const BlockShape&, const BlockWeights&, const float*,
                            Moments1, const BlockState&, float*, float*);
template void block_backward(const DeviceQueue&, const BlockShape&, const BlockWeights&, const float*,
                             const BlockState&, const float*, const BlockGradients&, float*);

}  // namespace ttt::cuda
