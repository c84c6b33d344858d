#include "pipeline/models/network.h"

#include "kernels/torch.h"
#include "schemas/error.h"

namespace ttt {

InputForm input_form(const TestSet& set) {
  return {set.height, set.width, set.channels, static_cast<int>(set.class_names.size())};
}

std::vector<std::string> Network::begin_adapting(Weights&, const Route& route, const std::string& subset, int,
                                                 const std::vector<int64_t>&, uint64_t) const {
  return adapted_names(route, subset);
}

at::Tensor Network::own_loss(const Weights&, const at::Tensor&, const std::string& loss,
                             const std::vector<DrawKey>&) const {
  fail(ExitCode::internal, "model.{}: has no loss {}", name, loss);
}

double Network::low_rank_flops(const Route&, const std::string&, int) const { return 0; }

at::Device Network::tensor_device() const { return device == Device::cuda ? at::kCUDA : at::kCPU; }

at::Tensor Network::placed(const at::Tensor& x) const {
  const at::ScalarType type = precision == Precision::float64 ? at::kDouble : at::kFloat;
  return x.to(x.options().device(tensor_device()).dtype(type));
}

Weights Network::placed(Weights weights) const {
  for (auto& [key, weight] : weights) weight = placed(weight);
  return weights;
}

void require_single_views(const Network& n) {
  require(n.least_views(Part::main) == 1,
          "model.{}: predicts at least {} views at a time, and methods predict one image (export it with the "
          "statistics of the source)",
          n.name, n.least_views(Part::main));
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
