#pragma once
#include <span>
#include <vector>

namespace ttt {

/// Negative log-likelihoods [T] of a mixture of two predictors, p of which are given for every token: each
/// predictor's weight follows its success so far, and a `share` of it moves to the mean after every token, so
/// that either can win anywhere (fixed share; Herbster and Warmuth, Machine Learning 1998). `start` is the
/// first one's weight at the beginning.
std::vector<double> fixed_share_nats(std::span<const double> first, std::span<const double> second,
                                     double share, double start);

/// The same of a mixture in which the second one's weight is always `share`.
std::vector<double> constant_mixture_nats(std::span<const double> first, std::span<const double> second,
                                          double share);

}  // namespace ttt
