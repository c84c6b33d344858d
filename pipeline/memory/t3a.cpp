#include <cmath>

#include "pipeline/memory/entry.h"
#include "pipeline/memory/rule.h"

namespace ttt {
namespace {

struct T3aOptions {
  int keep = 100;  // supports of lowest entropy that each class keeps; 0: all
  bool operator==(const T3aOptions&) const = default;
};
Fields fields(T3aOptions& o) { return {{"keep", &o.keep, {0, 1'000'000}}}; }
void validate(const T3aOptions&) {}

/// The classifier's row of a class as if it were the features of a sample.
MemoryEntry support_of_row(const FinalLinear& linear, size_t row) {
  const size_t features = linear.weight.size() / linear.bias.size();
  const std::span<const float> weight(linear.weight);
  const std::span<const float> support = weight.subspan(row * features, features);
  std::vector<float> logits;
  for (size_t c = 0; c < linear.bias.size(); ++c) {
    double logit = static_cast<double>(linear.bias[c]);
    for (size_t f = 0; f < features; ++f)
      logit += static_cast<double>(weight[c * features + f]) * static_cast<double>(support[f]);
    logits.push_back(static_cast<float>(logit));
  }
  return memory_entry(support, logits);
}

/// Supports of a class: the classifier's row (whatever class the classifier gives it, as the paper has it)
/// and the samples predicted as this class, each scaled to length 1. A sample joins before it is scored, as
/// in the published code, and the bias plays no part in the score.
class T3a final : public StreamMemory {
 public:
  T3a(int keep, const FinalLinear& linear)
      : supports_(static_cast<int>(linear.bias.size()), keep), centroids_(linear.bias.size()) {
    for (size_t c = 0; c < linear.bias.size(); ++c) add(static_cast<int>(c), support_of_row(linear, c));
  }

  MemoryAnswer answer(const StreamSample& sample) override {
    const MemoryEntry entry = memory_entry(sample.features, sample.logits);
    MemoryAnswer answer;
    answer.compared = add(entry.predicted, entry) + static_cast<int64_t>(centroids_.size());
    const std::vector<double> z(sample.features.begin(), sample.features.end());
    for (const std::vector<double>& centroid : centroids_) {
      const double length = std::sqrt(inner_product(centroid, centroid));
      answer.logits.push_back(static_cast<float>(length > 0 ? inner_product(z, centroid) / length : 0));
    }
    return answer;
  }

 private:
  /// Returns the number of supports that were summed. A full class is summed anew: taking away what leaves
  /// would pile up rounding.
  int64_t add(int to_class, const MemoryEntry& entry) {
    std::vector<double>& centroid = centroids_[to_class];
    centroid.resize(entry.unit.size());
    const std::vector<MemoryEntry>& supports = supports_.of(to_class);
    const size_t before = supports.size();
    supports_.add(to_class, entry);
    if (supports.size() > before) {
      accumulate(centroid, entry.unit);
      return 1;
    }
    centroid.assign(entry.unit.size(), 0);
    for (const MemoryEntry& support : supports) accumulate(centroid, support.unit);
    return static_cast<int64_t>(supports.size());
  }

  static void accumulate(std::vector<double>& sum, const std::vector<double>& unit) {
    for (size_t f = 0; f < sum.size(); ++f) sum[f] += unit[f];
  }

  SurestEntries supports_;
  std::vector<std::vector<double>> centroids_;  // [C, F] sums of the supports
};

}  // namespace

extern const MemoryRule t3a_rule;
constinit const MemoryRule t3a_rule = {
    .name = "t3a",
    .summary = "features against the centroids of the surest samples that were predicted as each class (T3A)",
    .source = "Iwasawa and Matsuo, NeurIPS 2021",
    .cost =
        "2 F operations for each of C centroids and each support summed: one, or its whole class once full",
    .options = options_of<T3aOptions>,
    .needs_classifier = true,
    .start = [](const MemoryStart& start) -> std::unique_ptr<StreamMemory> {
      return std::make_unique<T3a>(start.options.get<T3aOptions>().keep, start.classifier);
    }};

}  // namespace ttt
