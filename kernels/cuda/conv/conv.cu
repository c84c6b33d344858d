#include "kernels/cuda/conv/conv.h"

#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda {

// Compiled beside this source, in tf32.cu and bf16.cu.
extern template void convolve_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                       const LaneFloats&, const Store&);
extern template void convolve_back_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*,
                                            const LaneFloats&, const Gate&);
extern template void chunk_gradients_by<Tf32>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                              const float*, float*);
extern template void convolve_by<Bf16>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                       const LaneFloats&, const Store&);
extern template void convolve_back_by<Bf16>(const DeviceQueue&, const ConvShape&, const float*,
                                            const LaneFloats&, const Gate&);
extern template void chunk_gradients_by<Bf16>(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                              const float*, float*);

template void convolve(const DeviceQueue&, const ConvShape&, const float*, const Norm&, const LaneFloats&,
                       const Store&);
template void convolve_back(const DeviceQueue&, const ConvShape&, const float*, const LaneFloats&,
                            const Gate&);
template void weight_gradient(const DeviceQueue&, const ConvShape&, const float*, const Norm&, const float*,
                              float*, float*);

}  // namespace ttt::cuda
