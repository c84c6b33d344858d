#include "kernels/cuda/conv/conv.h"
#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda {

template void convolve_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                const LaneFloats&, const Store&);
template void convolve_back_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*, const LaneFloats&,
                                     const Gate&);
template void chunk_gradients_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                       const float*, float*);

}  // namespace ttt::cuda
