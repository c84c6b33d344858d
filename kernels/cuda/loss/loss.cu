#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/loss/loss_inl.h"

namespace ttt::cuda {

template void cross_entropy(const DeviceQueue&, const LossShape&, const float*, const int64_t*, float*,
                            float*, double*);
template void mean_entropy(const DeviceQueue&, const LossShape&, const float*, float*, float*, double*);

}  // namespace ttt::cuda
