#include "pipeline/models/network.h"

#include "kernels/torch.h"
#include "pipeline/models/operations.h"

namespace ttt {
namespace {

constexpr int last_group = 3;

at::Tensor run_blocks(const Architecture& a, const Weights& w, at::Tensor x, Part part) {
  for (const BlockPlace& block : a.blocks(part)) {
    const auto weight = [&](const char* name) { return w.at(block.name + name); };
    x = operations::residual_block(x,
                                   {weight(".norm1.weight"), weight(".norm1.bias"), weight(".conv1.weight"),
                                    weight(".norm2.weight"), weight(".norm2.bias"), weight(".conv2.weight")},
                                   {block.stride, a.options.norm_groups, a.convolution, a.precision});
  }
  return x;
}

lanes::HeadWeights head_weights(const Architecture& a, const Weights& w, Part part) {
  const std::string name = part == Part::main ? "main" : "auxiliary";
  const std::string norm = a.options.split_after == last_group ? "trunk.norm" : name + ".norm";
  return {w.at(norm + ".weight"), w.at(norm + ".bias"), w.at(name + ".linear.weight"),
          w.at(name + ".linear.bias")};
}

}  // namespace

at::Tensor trunk(const Architecture& a, const Weights& w, const at::Tensor& x) {
  return run_blocks(a, w, operations::stem(x, w.at("trunk.stem.weight"), a.options.stem_stride), Part::trunk);
}

at::Tensor head(const Architecture& a, const Weights& w, const at::Tensor& features, Part part) {
  return operations::head(run_blocks(a, w, features, part), head_weights(a, w, part), a.options.norm_groups);
}

at::Tensor pooled_features(const Architecture& a, const Weights& w, const at::Tensor& x) {
  const at::NoGradGuard no_grad;
  return lanes::head(run_blocks(a, w, trunk(a, w, x), Part::main), head_weights(a, w, Part::main),
                     a.options.norm_groups)
      .state.pooled;
}

at::Device device_of(const Architecture& a) { return a.device == Device::cuda ? at::kCUDA : at::kCPU; }

Weights placed(const Architecture& a, Weights weights) {
  for (auto& [name, weight] : weights) weight = placed(a, weight);
  return weights;
}

at::Tensor placed(const Architecture& a, const at::Tensor& x) {
  return x.to(
      x.options().device(device_of(a)).dtype(a.precision == Precision::float64 ? at::kDouble : at::kFloat));
}

Weights one_lane(const std::map<std::string, Array>& arrays) {
  Weights weights;
  for (const auto& [name, array] : arrays) {
    const at::Tensor one = at::empty(array.shape, at::kFloat);
    std::copy(array.values.begin(), array.values.end(), one.mutable_data_ptr<float>());
    weights[name] = one.unsqueeze(0);
  }
  return weights;
}

std::map<std::string, Array> to_arrays(const Weights& weights) {
  std::map<std::string, Array> arrays;
  for (const auto& [name, weight] : weights) {
    const at::Tensor one = weight.detach().select(0, 0).to(at::kCPU, at::kFloat).contiguous();
    const float* data = one.const_data_ptr<float>();
    arrays[name] = {one.sizes().vec(), std::vector<float>(data, data + one.numel())};
  }
  return arrays;
}

}  // namespace ttt
