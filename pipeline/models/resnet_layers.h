#pragma once
#include "pipeline/models/resnet.h"

namespace ttt {

/// The layers of a ResNet as plain code over lane operations; differentiable by the weights that require
/// gradients. Images x [K, V, H, W, C] already scaled; logits [K, V, classes].
at::Tensor trunk(const ResNet& network, const Weights& weights, const at::Tensor& x);
at::Tensor head(const ResNet& network, const Weights& weights, const at::Tensor& features, Part part);

}  // namespace ttt
