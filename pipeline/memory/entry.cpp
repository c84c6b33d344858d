#include "pipeline/memory/entry.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "pipeline/scores/prediction.h"

namespace ttt {

MemoryEntry memory_entry(std::span<const float> features, std::span<const float> logits) {
  MemoryEntry entry{unit_vector(features), softmax(logits), 0, 0};
  for (const double p : entry.probability)
    if (p > 0) entry.entropy -= p * std::log(p);
  entry.predicted = static_cast<int>(std::ranges::max_element(logits) - logits.begin());
  return entry;
}

std::vector<double> unit_vector(std::span<const float> values) {
  std::vector<double> unit(values.begin(), values.end());
  const double length = std::sqrt(inner_product(unit, unit));
  if (length > 0) {
    for (double& value : unit) value /= length;
  }
  return unit;
}

double inner_product(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

void SurestEntries::add(int to_class, MemoryEntry entry) {
  std::vector<MemoryEntry>& entries = entries_[to_class];
  entries.insert(std::ranges::upper_bound(entries, entry.entropy, {}, &MemoryEntry::entropy),
                 std::move(entry));
  if (keep_ > 0 && entries.size() > static_cast<size_t>(keep_)) entries.pop_back();
}

}  // namespace ttt
