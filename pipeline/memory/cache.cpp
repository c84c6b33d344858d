#include <algorithm>
#include <cmath>

#include "pipeline/memory/entry.h"
#include "pipeline/memory/rule.h"

namespace ttt {
namespace {

struct CacheOptions {
  int shots = 3;     // entries a class of the positive cache
  double alpha = 2;  // its weight, in logits
  double beta = 5;   // how sharply its weight falls with 1 - cosine
  int negative_shots = 2;
  double negative_alpha = 0.117;
  double negative_beta = 1;
  double least_entropy = 0.2;  // of what enters the negative cache: nats over log2 C, both ends excluded
  double most_entropy = 0.5;
  double least_probability = 0.03;  // of the classes that a negative entry speaks against, both ends excluded
  double most_probability = 1;
  bool operator==(const CacheOptions&) const = default;
};

Fields fields(CacheOptions& o) {
  return {
      {"shots", &o.shots, {1, 1'000'000}},
      {"alpha", &o.alpha, {0, 1e6}},
      {"beta", &o.beta, {0, 1e6}},
      {"negative_shots", &o.negative_shots, {1, 1'000'000}},
      {"negative_alpha", &o.negative_alpha, {0, 1e6}},
      {"negative_beta", &o.negative_beta, {0, 1e6}},
      {"least_entropy", &o.least_entropy, {0, 1}},
      {"most_entropy", &o.most_entropy, {0, 1}},
      {"least_probability", &o.least_probability, {0, 1}},
      {"most_probability", &o.most_probability, {0, 1}},
  };
}

void validate(const CacheOptions& o) {
  require_option(o.least_entropy < o.most_entropy, "least_entropy", "{} is not below most_entropy = {}",
                 o.least_entropy, o.most_entropy);
  require_option(o.least_probability < o.most_probability, "least_probability",
                 "{} is not below most_probability = {}", o.least_probability, o.most_probability);
}

/// Each class keeps its surest samples in a positive cache, which speak for the class, and the surest of
/// those of middling entropy in a negative cache, which speak against every class that they give some
/// probability. A sample joins before it is answered, as in the published code.
class Cache final : public StreamMemory {
 public:
  Cache(const CacheOptions& options, int classes)
      : options_(options),
        classes_(classes),
        positive_(classes, options.shots),
        negative_(classes, options.negative_shots) {}

  MemoryAnswer answer(const StreamSample& sample) override {
    const MemoryEntry entry = memory_entry(sample.features, sample.logits);
    positive_.add(entry.predicted, entry);
    const double relative = entry.entropy / std::log2(static_cast<double>(classes_));
    if (options_.least_entropy < relative && relative < options_.most_entropy)
      negative_.add(entry.predicted, entry);
    std::vector<double> logits(sample.logits.begin(), sample.logits.end());
    const int64_t compared = speak_for(entry, logits) + speak_against(entry, logits);
    return {{logits.begin(), logits.end()}, compared};
  }

 private:
  static double affinity(const MemoryEntry& a, const MemoryEntry& b, double beta) {
    return std::exp(-beta * (1 - inner_product(a.unit, b.unit)));
  }

  int64_t speak_for(const MemoryEntry& entry, std::vector<double>& logits) const {
    int64_t compared = 0;
    for (int c = 0; c < classes_; ++c) {
      for (const MemoryEntry& kept : positive_.of(c)) {
        logits[c] += options_.alpha * affinity(entry, kept, options_.beta);
        ++compared;
      }
    }
    return compared;
  }

  int64_t speak_against(const MemoryEntry& entry, std::vector<double>& logits) const {
    int64_t compared = 0;
    for (int of_class = 0; of_class < classes_; ++of_class) {
      for (const MemoryEntry& kept : negative_.of(of_class)) {
        const double weight = options_.negative_alpha * affinity(entry, kept, options_.negative_beta);
        for (int c = 0; c < classes_; ++c)
          if (possible(kept.probability[c])) logits[c] -= weight;
        ++compared;
      }
    }
    return compared;
  }

  bool possible(double probability) const {
    return options_.least_probability < probability && probability < options_.most_probability;
  }

  CacheOptions options_;
  int classes_;
  SurestEntries positive_, negative_;
};

}  // namespace

extern const MemoryRule cache_rule;
constinit const MemoryRule cache_rule = {
    .name = "cache",
    .summary = "logits raised by similar sure samples and lowered by similar unsure ones (TDA)",
    .source = "Karmanov et al., CVPR 2024",
    .cost = "2 F operations for each entry of both caches, at most C (shots + negative_shots)",
    .options = options_of<CacheOptions>,
    .start = [](const MemoryStart& start) -> std::unique_ptr<StreamMemory> {
      return std::make_unique<Cache>(start.options.get<CacheOptions>(), start.classes);
    }};

}  // namespace ttt
