#include "pipeline/methods/prediction.h"

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

void record_prediction(Records& records, int64_t row, int m, std::span<const float> logits, int64_t label) {
  if (!finite(logits)) return;
  const std::vector<double> p = softmax(logits);
  const auto best = std::ranges::max_element(logits) - logits.begin();  // the first of equals
  double second = 0, entropy = 0;
  for (size_t c = 0; c < p.size(); ++c) {
    if (static_cast<std::ptrdiff_t>(c) != best) second = std::max(second, p[c]);
    if (p[c] > 0) entropy -= p[c] * std::log(p[c]);
  }
  const int64_t at = row * records.milestones + m;
  records.predicted[at] = static_cast<int16_t>(best);
  records.correct[at] = best == label;
  records.main_loss[at] = static_cast<float>(-std::log(std::max(p[label], 1e-300)));
  records.confidence[at] = static_cast<float>(p[best]);
  records.entropy[at] = static_cast<float>(entropy);
  records.margin[at] = static_cast<float>(p[best] - second);
  if (records.classes > 0) std::ranges::copy(logits, records.logits.begin() + at * records.classes);
}

namespace {

template <typename T>
void copy_block(std::vector<T>& to, int64_t row, const std::vector<T>& from, int64_t from_row,
                int64_t width) {
  std::copy_n(from.begin() + from_row * width, width, to.begin() + row * width);
}

}  // namespace

void copy_row(Records& r, int64_t to, const Records& s, int64_t from) {
  copy_block(r.sample, to, s.sample, from, 1);
  copy_block(r.predicted, to, s.predicted, from, r.milestones);
  copy_block(r.correct, to, s.correct, from, r.milestones);
  copy_block(r.main_loss, to, s.main_loss, from, r.milestones);
  copy_block(r.confidence, to, s.confidence, from, r.milestones);
  copy_block(r.entropy, to, s.entropy, from, r.milestones);
  copy_block(r.margin, to, s.margin, from, r.milestones);
  copy_block(r.logits, to, s.logits, from, int64_t{r.milestones} * r.classes);
  copy_block(r.aux_loss, to, s.aux_loss, from, r.steps);
  copy_block(r.update_norm, to, s.update_norm, from, r.steps);
  copy_block(r.steps_taken, to, s.steps_taken, from, 1);
  copy_block(r.status, to, s.status, from, 1);
}

}  // namespace ttt
