#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// What a memory of n-grams says of a document: p of every token [T], from the tokens before it alone. A
/// blend of the orders 0 to `order` by Witten and Bell (IEEE Trans. Inf. Theory 1991), p_k = (c(context,
/// token) + d p_(k-1)) / (c(context) + d), where d is the number of different tokens seen in the context and
/// p_-1 = 1 / vocabulary. Tables are indexed by 64-bit digests of contexts.
std::vector<double> ngram_probabilities(std::span<const int32_t> tokens, int order, int vocabulary);

}  // namespace ttt
