#include "kernels/lanes/cuda_device.h"
#include "kernels/lanes/cuda_operations.h"

// What a build without CUDA has in the place of cuda_*.cpp.

namespace ttt::lanes {

const CudaOperations* cuda_operations() { return nullptr; }
const CudaOperations* cuda_operations_for(const at::Tensor&) { return nullptr; }

int cuda_devices() { return 0; }
void choose_cuda_device(int) {}
void wait_for_cuda_device() {}
int64_t cuda_device_memory() { return 0; }
std::string cuda_device_model() { return {}; }

}  // namespace ttt::lanes
