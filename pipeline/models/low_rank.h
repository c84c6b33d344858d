#pragma once
#include "pipeline/models/image_network.h"

namespace ttt {

/// Low-rank adaptation (kernels/lanes/low_rank.h): beside a shared weight NAME stand the factors
/// NAME.low_rank_a [K, r, I], drawn U(+-1 / sqrt(I)), and NAME.low_rank_b [K, O, r], zero: an episode starts
/// from the source weights.

/// The names of the factors of these weights.
std::vector<std::string> factor_names(const std::vector<std::string>& names);

/// Adds the factors of the weights `names`. Those of lane k are drawn by (seed, ids[k]), whoever its
/// neighbours are.
void add_factors(Weights& weights, const std::vector<std::string>& names, int rank,
                 const std::vector<int64_t>& ids, uint64_t seed);

/// What the network computes with: each weight that has factors with their product added, differentiable by
/// them.
Weights with_products(const Weights& weights);

}  // namespace ttt
