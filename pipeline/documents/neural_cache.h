#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// What a neural cache says of a document (Grave et al., ICLR 2017): p of every token [T], the share of the
/// earlier tokens that are the same, weighted by exp(theta cos(h_t, h_i)) of the states that predicted them.
/// states [T, d]; the first token has p = 0.
std::vector<double> cache_probabilities(std::span<const float> states, std::span<const int32_t> tokens,
                                        double theta);

/// FLOPs of that, 2 a multiply-add: an inner product with every earlier state.
double cache_flops(int64_t tokens, int64_t width);

}  // namespace ttt
