#include "pipeline/policies/logistic.h"

#include <algorithm>
#include <cmath>

namespace ttt {
namespace {

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

double objective(const LogisticData& data, const Vector& c, double penalty) {
  double sum = 0;
  for (const double value : c) sum += penalty / 2 * value * value;
  for (size_t i = 0; i < data.inputs.size(); ++i) {
    const double score = linear_score(c, data.inputs[i]);
    const double wrong = data.truth[i] ? -score : score;
    sum += std::max(wrong, 0.0) + std::log1p(std::exp(-std::abs(wrong)));
  }
  return sum;
}

/// First and second derivatives of the objective.
struct Derivatives {
  Vector gradient;  // [1 + D]
  Matrix hessian;   // [1 + D, 1 + D], of which the lower triangle is filled
};

Derivatives derivatives(const LogisticData& data, const Vector& c, double penalty) {
  Derivatives d{Vector(c.size()), Matrix(c.size(), Vector(c.size()))};
  for (size_t j = 0; j < c.size(); ++j) {
    d.gradient[j] = penalty * c[j];
    d.hessian[j][j] = penalty;
  }
  for (size_t i = 0; i < data.inputs.size(); ++i) {
    const double p = 1 / (1 + std::exp(-linear_score(c, data.inputs[i])));
    const auto x = [&](size_t j) { return j == 0 ? 1.0 : data.inputs[i][j - 1]; };
    for (size_t j = 0; j < c.size(); ++j) {
      d.gradient[j] += (p - data.truth[i]) * x(j);
      for (size_t k = 0; k <= j; ++k) d.hessian[j][k] += p * (1 - p) * x(j) * x(k);
    }
  }
  return d;
}

/// The x with a x = b, of a symmetric positive definite matrix of which the lower triangle is given.
Vector solve(Matrix a, Vector b) {
  const size_t n = b.size();
  for (size_t j = 0; j < n; ++j) {  // a = l l^T in place
    for (size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(a[j][j]);
    for (size_t i = j + 1; i < n; ++i) {
      for (size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (size_t j = 0; j < n; ++j) {
    for (size_t k = 0; k < j; ++k) b[j] -= a[j][k] * b[k];
    b[j] /= a[j][j];
  }
  for (size_t j = n; j-- > 0;) {
    for (size_t k = j + 1; k < n; ++k) b[j] -= a[k][j] * b[k];
    b[j] /= a[j][j];
  }
  return b;
}

Vector moved(Vector c, const Vector& step, double share) {
  for (size_t j = 0; j < c.size(); ++j) c[j] -= share * step[j];
  return c;
}

/// Mean and deviation of one input; a deviation of 0 counts as 1.
struct Spread {
  double mean = 0;
  double deviation = 1;
};

Spread spread_of(const LogisticData& data, size_t input) {
  const auto count = static_cast<double>(std::max<size_t>(data.inputs.size(), 1));
  Spread spread;
  for (const Vector& x : data.inputs) spread.mean += x[input] / count;
  double variance = 0;
  for (const Vector& x : data.inputs) variance += std::pow(x[input] - spread.mean, 2) / count;
  if (variance > 0) spread.deviation = std::sqrt(variance);
  return spread;
}

}  // namespace

double linear_score(std::span<const double> coefficients, std::span<const double> x) {
  double score = coefficients[0];
  for (size_t j = 0; j < x.size(); ++j) score += coefficients[j + 1] * x[j];
  return score;
}

std::vector<double> fit_logistic(const LogisticData& data, size_t inputs, double penalty) {
  constexpr int most_rounds = 50;     // Newton's method needs about ten
  constexpr double rounding = 1e-13;  // of the objective: smaller rises mean nothing
  Vector c(inputs + 1);
  for (int round = 0; round < most_rounds; ++round) {
    const Derivatives d = derivatives(data, c, penalty);
    const Vector step = solve(d.hessian, d.gradient);
    const double bound = objective(data, c, penalty) * (1 + rounding);
    Vector next = moved(c, step, 1);
    for (double share = 0.5; objective(data, next, penalty) > bound; share /= 2) next = moved(c, step, share);
    if (next == c) break;
    c = next;
  }
  return c;
}

std::vector<double> fit_standardised_logistic(LogisticData data, size_t inputs, double penalty) {
  std::vector<Spread> spreads;
  for (size_t j = 0; j < inputs; ++j) {
    spreads.push_back(spread_of(data, j));
    for (Vector& x : data.inputs) x[j] = (x[j] - spreads[j].mean) / spreads[j].deviation;
  }
  Vector c = fit_logistic(data, inputs, penalty);
  for (size_t j = 0; j < inputs; ++j) {
    c[j + 1] /= spreads[j].deviation;
    c[0] -= c[j + 1] * spreads[j].mean;
  }
  return c;
}

}  // namespace ttt
