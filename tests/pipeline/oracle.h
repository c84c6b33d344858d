#pragma once
#include <functional>

#include "pipeline/methods/adapt_options.h"
#include "pipeline/models/resnet.h"
#include "pipeline/models/source_network.h"

namespace ttt {

/// The plain way that every lane is tested against: one sample, LibTorch's own operations and autograd in
/// memory order NCHW, a loop over steps. Written from the paper (Sun et al., ICML 2020), not from the lanes.
struct OracleEpisode {
  std::vector<double> aux_loss;             // [S]
  std::vector<std::vector<double>> logits;  // [S + 1][C] on the plain image after s steps
};

/// One episode of a rotation method with SGD. `type`: kFloat or kDouble.
OracleEpisode oracle_episode(const AdaptOptions& options, const ResNet& architecture,
                             const std::map<std::string, Array>& weights, const ImageBytes& image,
                             int64_t sample, uint64_t seed, at::ScalarType type);

/// The weights of one network without an axis of lanes.
using PlainWeights = std::map<std::string, at::Tensor>;
PlainWeights plain_weights(const std::map<std::string, Array>& weights, at::ScalarType type);

/// Views of one image as LibTorch's operations take them, [V, C, H, W].
at::Tensor plain_views(const ResNet& architecture, const ImageBytes& image, const std::vector<View>& views,
                       PadMode pad, at::ScalarType type);

/// Logits [V, classes] of images x [V, C, H, W] at a head, "main" or "auxiliary".
at::Tensor plain_logits(const ResNet& architecture, const PlainWeights& weights, const at::Tensor& x,
                        const std::string& head);

/// A loss at some weights and its gradient by those in `names`.
struct PlainGradient {
  double loss = 0;
  PlainWeights by;  // name -> gradient
  double norm = 0;  // Euclidean, over all of them
};
using PlainLoss = std::function<at::Tensor(const PlainWeights& weights)>;
PlainGradient plain_gradient(const PlainWeights& weights, const std::vector<std::string>& names,
                             const PlainLoss& loss);

/// The weights with `scale` times the gradient added.
PlainWeights moved(PlainWeights weights, const PlainGradient& gradient, double scale);

}  // namespace ttt
