#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// Inputs [N, D] and what each row stands for [N].
struct LogisticData {
  std::vector<std::vector<double>> inputs;
  std::vector<uint8_t> truth;
};

/// c[0] + sum over j of c[j + 1] x[j]: the logarithm of the odds.
double linear_score(std::span<const double> coefficients /* [1 + D] */, std::span<const double> x /* [D] */);

/// The minimum over c of
///   sum over rows of log(1 + exp(-s)) + penalty / 2 |c|^2,
/// with s the row's score, negated where the truth is 0. With a penalty above 0 it exists and is unique; the
/// constant is penalised like the others. Newton's method with halved steps; D + 1 equations by Cholesky.
std::vector<double> fit_logistic(const LogisticData& data, size_t inputs, double penalty);

/// The same after every input was brought to mean 0 and deviation 1, as coefficients of the inputs as they
/// are.
std::vector<double> fit_standardised_logistic(LogisticData data, size_t inputs, double penalty);

}  // namespace ttt
