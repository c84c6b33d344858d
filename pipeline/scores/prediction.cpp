#include "pipeline/scores/prediction.h"

#include <algorithm>
#include <cmath>

namespace ttt {

bool finite(std::span<const float> logits) {
  return std::ranges::all_of(logits, [](float z) { return std::isfinite(z); });
}

std::vector<double> softmax(std::span<const float> logits) {
  const double top = static_cast<double>(*std::ranges::max_element(logits));
  std::vector<double> p;
  double sum = 0;
  for (const float z : logits) sum += p.emplace_back(std::exp(static_cast<double>(z) - top));
  for (double& value : p) value /= sum;
  return p;
}

Certainty certainty(std::span<const double> p) {
  const auto best = std::ranges::max_element(p) - p.begin();
  double second = 0, entropy = 0;
  for (size_t c = 0; c < p.size(); ++c) {
    if (static_cast<std::ptrdiff_t>(c) != best) second = std::max(second, p[c]);
    if (p[c] > 0) entropy -= p[c] * std::log(p[c]);
  }
  return {p[best], entropy, p[best] - second};
}

void record_prediction(Records& records, int64_t row, int m, std::span<const float> logits, int64_t label) {
  if (!finite(logits)) return;
  const std::vector<double> p = softmax(logits);
  const Certainty sure = certainty(p);
  const auto best = std::ranges::max_element(logits) - logits.begin();  // the first of equals
  const int64_t at = row * records.milestones + m;
  records.predicted[at] = static_cast<int16_t>(best);
  records.correct[at] = best == label;
  records.main_loss[at] = static_cast<float>(-std::log(std::max(p[label], 1e-300)));
  records.confidence[at] = static_cast<float>(sure.confidence);
  records.entropy[at] = static_cast<float>(sure.entropy);
  records.margin[at] = static_cast<float>(sure.margin);
  if (records.classes > 0) std::ranges::copy(logits, records.logits.begin() + at * records.classes);
}

}  // namespace ttt
