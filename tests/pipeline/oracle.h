#pragma once
#include "pipeline/methods/adapt_options.h"
#include "pipeline/methods/source_network.h"

namespace ttt {

/// The plain way that every lane is tested against: one sample, LibTorch's own operations and autograd in
/// memory order NCHW, a loop over steps. Written from the paper (Sun et al., ICML 2020), not from the lanes.
struct OracleEpisode {
  std::vector<double> aux_loss;             // [S]
  std::vector<std::vector<double>> logits;  // [S + 1][C] on the plain image after s steps
};

/// One episode of a rotation method with SGD. `type`: kFloat or kDouble.
OracleEpisode oracle_episode(const AdaptOptions& options, const Architecture& architecture,
                             const std::map<std::string, Array>& weights, const ImageBytes& image,
                             int64_t sample, uint64_t seed, at::ScalarType type);

}  // namespace ttt
