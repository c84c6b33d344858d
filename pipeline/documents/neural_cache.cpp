#include "pipeline/documents/neural_cache.h"

#include <algorithm>
#include <cmath>

namespace ttt {
namespace {

/// The states, each of length 1.
std::vector<float> unit_rows(std::span<const float> states, size_t rows) {
  const size_t width = states.size() / rows;
  std::vector<float> units(states.begin(), states.end());
  for (size_t t = 0; t < rows; ++t) {
    double square = 0;
    for (size_t i = 0; i < width; ++i) square += double{units[t * width + i]} * units[t * width + i];
    const double length = std::max(std::sqrt(square), 1e-12);
    for (size_t i = 0; i < width; ++i)
      units[t * width + i] = static_cast<float>(units[t * width + i] / length);
  }
  return units;
}

/// In eight sums, always the same way.
double inner(const float* a, const float* b, size_t width) {
  double sums[8] = {};
  for (size_t i = 0; i < width; ++i) sums[i % 8] += double{a[i]} * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

}  // namespace

std::vector<double> cache_probabilities(std::span<const float> states, std::span<const int32_t> tokens,
                                        double theta) {
  const size_t rows = tokens.size();
  const size_t width = rows == 0 ? 0 : states.size() / rows;
  const std::vector<float> units = unit_rows(states, std::max<size_t>(rows, 1));
  std::vector<double> all(rows, 0.0);
  std::vector<double> likeness(rows);
  for (size_t t = 1; t < rows; ++t) {
    double most = -1;
    for (size_t i = 0; i < t; ++i) {
      likeness[i] = inner(&units[t * width], &units[i * width], width);
      most = std::max(most, likeness[i]);
    }
    double same = 0, total = 0;
    for (size_t i = 0; i < t; ++i) {
      const double weight = std::exp(theta * (likeness[i] - most));
      total += weight;
      if (tokens[i] == tokens[t]) same += weight;
    }
    all[t] = same / total;
  }
  return all;
}

double cache_flops(int64_t tokens, int64_t width) {
  return static_cast<double>(width) * static_cast<double>(tokens) * static_cast<double>(tokens - 1);
}

}  // namespace ttt
