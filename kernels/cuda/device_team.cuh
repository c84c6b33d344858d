#pragma once
#include <cuda_runtime.h>

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/tensor_core.h"

namespace ttt::cuda {

/// A block's threads on the device (team.h).
class DeviceTeam {
 public:
  __device__ __forceinline__ int64_t block() const { return blockIdx.x; }
  __device__ __forceinline__ float* shared() const {
    extern __shared__ Quad memory[];
    return memory->at;
  }
  template <class F>
  __device__ __forceinline__ void each(F&& f) const {
    f(static_cast<int>(threadIdx.x));
  }
  template <class Number, class F>
  __device__ __forceinline__ void multiply_add(F&& f) const {
    add_products(Number(), f(static_cast<int>(threadIdx.x)));
  }
  __device__ __forceinline__ void barrier() const { __syncthreads(); }
  template <class F>
  __device__ __forceinline__ void phase(F&& f) const {
    each(f);
    barrier();
  }
  template <class T>
  class PerThread {
   public:
    __device__ __forceinline__ T& operator[](int) { return value_; }

   private:
    T value_;
  };
};

/// Two blocks a multiprocessor: one computes while the other one fills its shared memory.
template <class Kernel>
__global__ void __launch_bounds__(kThreads, 2) run_kernel(const Kernel kernel) {
  kernel.run(DeviceTeam());
}

inline void check(cudaError_t error, const char* what) {
  if (error != cudaSuccess)
    throw std::runtime_error(std::string("CUDA: ") + what + ": " + cudaGetErrorString(error));
}

/// With TTT_CUDA_SYNC in the environment every kernel is waited for, so that the one that fails is named.
inline bool waits_for_kernels() {
  static const bool waits = std::getenv("TTT_CUDA_SYNC") != nullptr;
  return waits;
}

template <class Kernel>
void DeviceQueue::launch(const Kernel& kernel, int64_t blocks, int shared_floats) const {
  if (blocks == 0) return;
  const auto on = static_cast<cudaStream_t>(stream);
  run_kernel<<<static_cast<unsigned>(blocks), kThreads, shared_floats * sizeof(float), on>>>(kernel);
  const cudaError_t error = cudaGetLastError();
  if (waits_for_kernels())
    check(error == cudaSuccess ? cudaStreamSynchronize(on) : error, __PRETTY_FUNCTION__);
  else
    check(error, "this launch or a kernel before it failed (set TTT_CUDA_SYNC=1 to learn which)");
}

}  // namespace ttt::cuda
