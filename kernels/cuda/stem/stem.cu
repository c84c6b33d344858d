#include "kernels/cuda/conv/device.h"
#include "kernels/cuda/device_team.cuh"
#include "kernels/cuda/stem/stem_inl.h"

namespace ttt::cuda {

template void stem_forward(const DeviceQueue&, const ConvShape&, const LaneFloats&, const float*, float*,
                           float*, int, float);
template void stem_backward(const DeviceQueue&, const ConvShape&, const float*, const float*, float*, float*);

}  // namespace ttt::cuda
