#include "pipeline/models/resnet_layers.h"

#include "kernels/torch.h"
#include "pipeline/models/operations.h"

namespace ttt {
namespace {

constexpr int last_group = 3;

at::Tensor run_blocks(const ResNet& a, const Weights& w, at::Tensor x, Part part) {
  for (const BlockPlace& block : a.blocks(part)) {
    const auto weight = [&](const char* name) { return w.at(block.name + name); };
    x = operations::residual_block(x,
                                   {weight(".norm1.weight"), weight(".norm1.bias"), weight(".conv1.weight"),
                                    weight(".norm2.weight"), weight(".norm2.bias"), weight(".conv2.weight")},
                                   {block.stride, a.options.norm_groups, a.convolution, a.precision});
  }
  return x;
}

lanes::HeadWeights head_weights(const ResNet& a, const Weights& w, Part part) {
  const std::string name = part == Part::main ? "main" : "auxiliary";
  const std::string norm = a.options.split_after == last_group ? "trunk.norm" : name + ".norm";
  return {w.at(norm + ".weight"), w.at(norm + ".bias"), w.at(name + ".linear.weight"),
          w.at(name + ".linear.bias")};
}

}  // namespace

at::Tensor trunk(const ResNet& a, const Weights& w, const at::Tensor& x) {
  return run_blocks(a, w, operations::stem(x, w.at("trunk.stem.weight"), a.options.stem_stride), Part::trunk);
}

at::Tensor head(const ResNet& a, const Weights& w, const at::Tensor& features, Part part) {
  return operations::head(run_blocks(a, w, features, part), head_weights(a, w, part), a.options.norm_groups);
}

at::Tensor ResNet::logits(const Weights& w, const at::Tensor& x, Part part) const {
  return ttt::head(*this, w, trunk(*this, w, x), part);
}

at::Tensor ResNet::pooled_features(const Weights& w, const at::Tensor& x) const {
  const at::NoGradGuard no_grad;
  return lanes::head(run_blocks(*this, w, trunk(*this, w, x), Part::main), head_weights(*this, w, Part::main),
                     options.norm_groups)
      .state.pooled;
}

}  // namespace ttt
