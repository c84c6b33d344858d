#include "kernels/lanes/cpu_lane.h"

#include "kernels/torch.h"

namespace ttt::lanes {

bool is_cpu_float(const at::Tensor& x) { return x.scalar_type() == at::kFloat && x.device().is_cpu(); }

cpu::Scratch& scratch() {
  thread_local cpu::Scratch scratch;
  return scratch;
}

const float* lane_data(const at::Tensor& x, int64_t k) { return x.const_data_ptr<float>() + k * x.stride(0); }

}  // namespace ttt::lanes
