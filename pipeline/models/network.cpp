#include "pipeline/models/network.h"

#include "kernels/torch.h"

namespace ttt {

InputForm input_form(const TestSet& set) {
  return {set.height, set.width, set.channels, static_cast<int>(set.class_names.size()), set.tokens};
}

at::Device Network::tensor_device() const { return device == Device::cuda ? at::kCUDA : at::kCPU; }

at::Tensor Network::placed(const at::Tensor& x) const {
  const at::ScalarType type = precision == Precision::float64 ? at::kDouble : at::kFloat;
  return x.to(x.options().device(tensor_device()).dtype(type));
}

Weights Network::placed(Weights weights) const {
  for (auto& [key, weight] : weights) weight = placed(weight);
  return weights;
}

Weights lane_of(const Weights& weights, int64_t k) {
  constexpr uintptr_t line = 64;  // bytes: what LibTorch's allocator keeps to
  Weights lane;
  for (const auto& [key, weight] : weights) {
    const at::Tensor one = weight.narrow(0, k, 1);
    const bool fresh = reinterpret_cast<uintptr_t>(one.const_data_ptr()) % line == 0;
    lane[key] = fresh ? one : one.clone();
  }
  return lane;
}

}  // namespace ttt
