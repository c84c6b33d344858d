#pragma once
#include <functional>
#include <vector>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/lane_images.h"
#include "pipeline/models/source_network.h"

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

/// The parts of a step, in order.
enum class Phase { views, forward, loss, backward, optimiser };

/// Called at the end of each phase of a step: how the benchmark sees where the time goes.
using PhaseWatch = std::function<void(Phase ended)>;

/// What a step did.
struct StepTaken {
  at::Tensor loss;                    // [K] before the step, on its views
  at::Tensor taken;                   // [K] which lanes stepped
  at::Tensor norm;                    // [K] length of each one's step
  std::vector<at::Tensor> gradients;  // that it followed, one for each name in AdaptingLanes::adapted
};

/// One gradient step on the loss of the task: every lane on views of its own image, which are drawn by (seed,
/// sample, step, view). A sharpness-aware step follows the gradient at the weights to which its radius leads
/// uphill. Lanes step that are `active` [K] and whose loss and gradients are all finite. This is the only
/// adaptation step there is: episodes, streams and the benchmark take it.
StepTaken adaptation_step(
    const AdaptOptions& options, const ImageNetwork& network, AdaptingLanes& lanes, const LaneImages& images,
    const at::Tensor& active, uint64_t seed, int step, const PhaseWatch& watch = [](Phase) {});

/// Gradients of the cross-entropy of the plain images' predictions with their labels [K, 1], one for each
/// name in AdaptingLanes::adapted; undefined for weights that the prediction does not depend on. Reads
/// labels: for diagnostics, never for a method.
std::vector<at::Tensor> main_gradients(const ImageNetwork& network, const AdaptingLanes& lanes,
                                       const at::Tensor& plain, const at::Tensor& label);

/// The loss of the task on the plain images that lanes adapt on, in their four turns where the task turns its
/// views -> [K]. Unlike the loss of a step it is measured on the same views each time.
at::Tensor probe_loss(const AdaptOptions& options, const ImageNetwork& network, const AdaptingLanes& lanes,
                      const LaneImages& images);

/// Logits of the plain images x [K, 1, H, W, C] under the lanes' weights -> [K, 1, classes], no gradients.
at::Tensor main_logits(const ImageNetwork& network, const Weights& weights, const at::Tensor& plain);

}  // namespace ttt
