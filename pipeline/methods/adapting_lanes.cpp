#include "pipeline/methods/adapting_lanes.h"

#include "kernels/torch.h"
#include "pipeline/model/low_rank.h"

namespace ttt {

AdaptingLanes reset(const AdaptOptions& o, const SourceNetwork& source, const std::vector<int64_t>& ids,
                    uint64_t seed) {
  AdaptingLanes l{source.lanes(static_cast<int64_t>(ids.size())),
                  adapted_names(source.architecture, o.task, o.subset)};
  if (o.subset == Subset::low_rank) {
    add_factors(l.weights, l.adapted, o.rank, ids, seed);
    l.adapted = factor_names(l.adapted);
  }
  return l;
}

Differentiable differentiable(const AdaptingLanes& l) {
  Differentiable d{l.weights, {}};
  for (const std::string& name : l.adapted) {
    d.leaves.push_back(d.weights.at(name).detach().requires_grad_());
    d.weights[name] = d.leaves.back();
  }
  d.weights = with_products(d.weights);
  return d;
}

StepTaken take_step(const AdaptOptions& o, AdaptingLanes& l, const at::Tensor& loss,
                    const std::vector<at::Tensor>& gradients, const at::Tensor& active) {
  std::vector<at::Tensor> all = {loss};
  Weights by_name;
  for (size_t i = 0; i < gradients.size(); ++i) {
    all.push_back(gradients[i]);
    by_name[l.adapted[i]] = gradients[i];
  }
  const at::Tensor taken = active & lanes::finite_lanes(all);
  const auto update = [&](const auto& rule) {
    return lanes::update(rule, l.optimiser, l.weights, by_name, taken);
  };
  if (o.optimiser == Optimiser::adam)
    return {taken, update(lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay})};
  return {taken,
          update(lanes::Sgd{
              .learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay})};
}

}  // namespace ttt
