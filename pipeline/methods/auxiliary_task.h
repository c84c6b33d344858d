#pragma once
#include <ATen/core/Tensor.h>

#include "pipeline/methods/lane_images.h"
#include "pipeline/methods/source_network.h"
#include "schemas/method_options.h"

namespace ttt {

/// What one adaptation step learns from.
struct AuxiliaryBatch {
  at::Tensor views;  // [K, V, H, W, C]
  at::Tensor turns;  // [K, V] quarter turns of each, as the loss is told
};
AuxiliaryBatch auxiliary_batch(const AdaptOptions& options, const Architecture& architecture,
                               const LaneImages& images, uint64_t seed, int step);

/// The loss of each lane by the logits [K, V, classes] of the head that the task trains -> [K].
at::Tensor task_loss(Task task, const at::Tensor& logits, const at::Tensor& turns);

/// The self-supervised loss of one adaptation step, a lane each -> [K]. Views of step s are drawn by
/// (seed, sample, s, view). rotation: cross-entropy of predicting by which of 4 quarter turns a view was
/// turned (Sun et al., ICML 2020, section 2). entropy: entropy of the mean prediction over views (Zhang et
/// al., 2022).
at::Tensor auxiliary_loss(const AdaptOptions& options, const Architecture& architecture,
                          const Weights& weights, const LaneImages& images, uint64_t seed, int step);

/// How sure the rotation head is of the upright image: the probability it gives to "not turned" -> [K].
std::vector<double> upright_confidence(const Architecture& architecture, const Weights& weights,
                                       const Samples& samples);

}  // namespace ttt
