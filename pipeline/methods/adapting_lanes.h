#pragma once
#include <vector>

#include "pipeline/methods/source_network.h"
#include "schemas/method_options.h"

namespace ttt {

/// K lanes on their way from the source weights.
struct AdaptingLanes {
  Weights weights;
  std::vector<std::string> adapted;  // names of what steps: weights, or factors of low rank
  lanes::OptimiserState optimiser = {};
};

/// Lanes that have not stepped: sharing the source weights, with factors of their own if they adapt by low
/// rank.
AdaptingLanes reset(const AdaptOptions& options, const SourceNetwork& source, const std::vector<int64_t>& ids,
                    uint64_t seed);

/// What one pass computes with, differentiable by `leaves`, one for each name in AdaptingLanes::adapted.
struct Differentiable {
  Weights weights;
  std::vector<at::Tensor> leaves;
};
Differentiable differentiable(const AdaptingLanes& lanes);

/// Steps the lanes that are `active` [K] and whose loss [K] and gradients are all finite.
struct StepTaken {
  at::Tensor taken;  // [K] which lanes these were
  at::Tensor norm;   // [K] length of each one's step
};
StepTaken take_step(const AdaptOptions& options, AdaptingLanes& lanes, const at::Tensor& loss,
                    const std::vector<at::Tensor>& gradients, const at::Tensor& active);

}  // namespace ttt
