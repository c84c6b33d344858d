#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/low_rank/low_rank_inl.h"

namespace ttt::cuda {

template void low_rank_sum(const DeviceQueue&, const LowRankShape&, LaneFloats, const float*, const float*,
                           float*);
template void low_rank_sum_backward(const DeviceQueue&, const LowRankShape&, const float*, const float*,
                                    const float*, float*, float*);

}  // namespace ttt::cuda
