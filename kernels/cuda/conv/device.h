#pragma once
#include "kernels/cuda/conv/conv.h"
#include "kernels/cuda/device_queue.h"

// The convolutions are compiled for the device once: in conv.cu, tf32.cu and bf16.cu.

namespace ttt::cuda {

extern template void convolve(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                              const LaneFloats&, const Store&);
extern template void convolve_back(const DeviceQueue&, const ConvShape&, const float*, const LaneFloats&,
                                   const Gate&);
extern template void weight_gradient(const DeviceQueue&, const ConvShape&, const float*, const Norm&,
                                     const float*, float*, float*);

}  // namespace ttt::cuda
