#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/lanes/optimiser.h"
#include "pipeline/models/architecture.h"

namespace ttt {

using lanes::Weights;

/// The network as plain code over lane operations; differentiable by the weights that require gradients.
/// Images x [K, V, H, W, C] already scaled; logits [K, V, classes].
at::Tensor trunk(const Architecture& architecture, const Weights& weights, const at::Tensor& x);
at::Tensor head(const Architecture& architecture, const Weights& weights, const at::Tensor& features,
                Part part);

inline at::Tensor logits(const Architecture& architecture, const Weights& weights, const at::Tensor& x,
                         Part part) {
  return head(architecture, weights, trunk(architecture, weights, x), part);
}

/// What the main head's linear sees: pooled features [K, V, F] of images x; no gradients.
at::Tensor pooled_features(const Architecture& architecture, const Weights& weights, const at::Tensor& x);

/// Where the network is computed.
at::Device device_of(const Architecture& architecture);

/// x, or every weight, as the network computes: in float or double, on the CPU or on a GPU.
at::Tensor placed(const Architecture& architecture, const at::Tensor& x);
Weights placed(const Architecture& architecture, Weights weights);

/// Source weights as fp32 tensors of one lane, [1, ...].
Weights one_lane(const std::map<std::string, Array>& arrays);

/// The weights of lane 0 as arrays.
std::map<std::string, Array> to_arrays(const Weights& weights);

}  // namespace ttt
