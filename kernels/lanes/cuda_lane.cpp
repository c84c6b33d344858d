#include "kernels/lanes/cuda_lane.h"

#include "kernels/lanes/layout.h"
#include "kernels/torch.h"
#include "kernels/torch_cuda.h"

namespace ttt::lanes {

bool is_cuda_float(const at::Tensor& x) { return x.is_cuda() && x.scalar_type() == at::kFloat; }

QueueOf::QueueOf(const at::Tensor& x)
    : before_(c10::cuda::current_device()),
      queue_{c10::cuda::getCurrentCUDAStream(x.device().index()).stream()} {
  c10::cuda::set_device(x.device().index());
}

QueueOf::~QueueOf() { C10_CUDA_CHECK_WARN(c10::cuda::SetDevice(static_cast<c10::DeviceIndex>(before_))); }

cuda::LaneFloats lane_floats(const at::Tensor& weight) {
  return {weight.const_data_ptr<float>(), is_shared(weight) ? 0 : weight.stride(0)};
}

float* floats_or_null(const at::Tensor& x) { return x.defined() ? x.mutable_data_ptr<float>() : nullptr; }

}  // namespace ttt::lanes
