#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ttt {

/// How much a sample should agree with another one.
struct Affinity {
  size_t to;
  double weight;
};

/// [N] the samples that each should agree with: symmetric, no sample with itself.
using Affinities = std::vector<std::vector<Affinity>>;

/// Affinities W = (A + Aᵀ) / 2, where A_ij is 1 when j is among the `neighbours` samples most similar to i
/// (the first of equals), else 0. `similarity` is [N, N] and symmetric.
Affinities nearest_neighbours(const std::vector<double>& similarity, int64_t samples, int neighbours);

/// N samples with C logits each.
struct Logits {
  int64_t samples = 0;
  int64_t classes = 0;
  std::vector<double> values;  // [N, C]
};

struct Agreement {
  Logits logits;
  std::vector<double> energy;  // of the given logits, then after each iteration
};

/// LAME (Boudiaf et al., CVPR 2022): the assignments Y [N, C] that minimise
///   Σ_i KL(Y_i ‖ p_i) − λ/2 Σ_ij W_ij Y_i · Y_j,   p = softmax(logits),
/// at Y_i = softmax(logits_i + λ Σ_j W_ij Y_j), of which the arguments are returned. An iteration updates the
/// samples one after another. That minimises the energy over each, so it never rises; the published code
/// updates all at once, which promises this only for a positive semidefinite W, and affinities of nearest
/// neighbours are not. Stops after 100 iterations or when the energy changes by less than 1e-8 of itself.
Agreement agreement(const Logits& logits, const Affinities& affinities, double lambda);

}  // namespace ttt
