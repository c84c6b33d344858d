#pragma once
#include <cstdint>

namespace ttt::cuda {

/// Where kernels are launched: a stream of the current device. Nothing here waits for the device.
struct DeviceQueue {
  void* stream = nullptr;  // a cudaStream_t

  /// Defined in device_team.cuh, for sources that nvcc compiles.
  template <class Kernel>
  void launch(const Kernel& kernel, int64_t blocks, int shared_floats) const;
};

}  // namespace ttt::cuda
