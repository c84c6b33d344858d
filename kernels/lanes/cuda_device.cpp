#include "kernels/lanes/cuda_device.h"

#include <cstdlib>

#include "kernels/torch.h"
#include "kernels/torch_cuda.h"

namespace ttt::lanes {
namespace {

/// Of the chosen GPU.
cudaDeviceProp properties() {
  cudaDeviceProp properties;
  C10_CUDA_CHECK(cudaGetDeviceProperties(&properties, c10::cuda::current_device()));
  return properties;
}

}  // namespace

int cuda_devices() { return c10::cuda::device_count(); }

void choose_cuda_device(int index) {
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);  // read when cuBLAS starts
  c10::cuda::set_device(static_cast<c10::DeviceIndex>(index));
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
}

void wait_for_cuda_device() { c10::cuda::device_synchronize(); }

int64_t cuda_device_memory() { return static_cast<int64_t>(properties().totalGlobalMem); }

std::string cuda_device_model() { return cuda_devices() > 0 ? properties().name : ""; }

}  // namespace ttt::lanes
