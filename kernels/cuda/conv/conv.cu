#include "kernels/cuda/conv/conv.h"

#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda {

template void convolve(const DeviceQueue&, const ConvShape&, const float*, const Norm&, const LaneFloats&,
                       const Store&);
template void convolve_back(const DeviceQueue&, const ConvShape&, const float*, const LaneFloats&,
                            const Gate&);
template void weight_gradient(const DeviceQueue&, const ConvShape&, const float*, const Norm&, const float*,
                              float*, float*);

}  // namespace ttt::cuda
