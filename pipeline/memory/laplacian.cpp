#include "pipeline/memory/laplacian.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace ttt {
namespace {

constexpr int most_iterations = 100;
constexpr double tolerance = 1e-8;

/// One row of assignments.
struct Assignment {
  std::vector<double> probability;      // softmax
  std::vector<double> log_probability;  // and its logarithm
};

Assignment assignment_of(const double* logits, int64_t classes) {
  Assignment row{std::vector<double>(classes), std::vector<double>(classes)};
  const double top = *std::max_element(logits, logits + classes);
  double sum = 0;
  for (int64_t c = 0; c < classes; ++c) sum += row.probability[c] = std::exp(logits[c] - top);
  for (int64_t c = 0; c < classes; ++c) {
    row.probability[c] /= sum;
    row.log_probability[c] = logits[c] - top - std::log(sum);
  }
  return row;
}

std::vector<Assignment> assignments_of(const Logits& logits) {
  std::vector<Assignment> rows;
  for (int64_t i = 0; i < logits.samples; ++i)
    rows.push_back(assignment_of(logits.values.data() + i * logits.classes, logits.classes));
  return rows;
}

double energy(const std::vector<Assignment>& y, const std::vector<Assignment>& source,
              const Affinities& affinities, double lambda) {
  double sum = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    for (size_t c = 0; c < y[i].probability.size(); ++c) {
      double pull = 0;
      for (const Affinity& other : affinities[i]) pull += other.weight * y[other.to].probability[c];
      const double divergence = y[i].log_probability[c] - source[i].log_probability[c];
      sum += y[i].probability[c] * (divergence - lambda / 2 * pull);
    }
  }
  return sum;
}

}  // namespace

Affinities nearest_neighbours(const std::vector<double>& similarity, int64_t samples, int neighbours) {
  std::vector<double> weight(samples * samples);
  const int64_t count = std::min<int64_t>(neighbours, samples - 1);
  for (int64_t i = 0; i < samples; ++i) {
    std::vector<int64_t> others(samples);
    std::iota(others.begin(), others.end(), 0);
    others.erase(others.begin() + i);
    std::ranges::partial_sort(others, others.begin() + count, {},
                              [&](int64_t j) { return std::pair(-similarity[i * samples + j], j); });
    for (int64_t n = 0; n < count; ++n) {
      weight[i * samples + others[n]] += 0.5;
      weight[others[n] * samples + i] += 0.5;
    }
  }
  Affinities affinities(samples);
  for (int64_t i = 0; i < samples; ++i) {
    for (int64_t j = 0; j < samples; ++j) {
      const double w = weight[i * samples + j];
      if (w > 0) affinities[i].push_back({static_cast<size_t>(j), w});
    }
  }
  return affinities;
}

Agreement agreement(const Logits& logits, const Affinities& affinities, double lambda) {
  const std::vector<Assignment> source = assignments_of(logits);
  std::vector<Assignment> y = source;
  Agreement result{logits, {energy(y, source, affinities, lambda)}};
  for (int iteration = 0; iteration < most_iterations; ++iteration) {
    for (int64_t i = 0; i < logits.samples; ++i) {
      for (int64_t c = 0; c < logits.classes; ++c) {
        double pull = 0;
        for (const Affinity& other : affinities[i]) pull += other.weight * y[other.to].probability[c];
        const int64_t at = i * logits.classes + c;
        result.logits.values[at] = logits.values[at] + lambda * pull;
      }
      y[i] = assignment_of(result.logits.values.data() + i * logits.classes, logits.classes);
    }
    const double before = result.energy.back();
    result.energy.push_back(energy(y, source, affinities, lambda));
    if (std::abs(result.energy.back() - before) <= tolerance * std::abs(before)) break;
  }
  return result;
}

}  // namespace ttt
