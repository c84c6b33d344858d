#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/memory/entry.h"
#include "pipeline/memory/rule.h"

namespace ttt {
namespace {

struct KnnOptions {
  int neighbours = 10;       // earlier samples that are asked
  double weight = 0.5;       // of what they say; 0: the source model alone
  double temperature = 0.1;  // of their shares, which are a softmax of cosine / temperature
  bool operator==(const KnnOptions&) const = default;
};

Fields fields(KnnOptions& o) {
  return {{"neighbours", &o.neighbours, {1, 1'000'000}},
          {"weight", &o.weight, {0, 1}},
          {"temperature", &o.temperature, {0, 1e6, Ends::last}}};
}

void validate(const KnnOptions&) {}

constexpr double least = 1e-38;  // the smallest probability whose logarithm is kept apart from that of 0

/// (1 - weight) p + weight · (mean of the source probabilities of the nearest earlier samples). Versions of
/// the same clean image are no neighbours: under another shift they would give away what this image is. The
/// sample joins after it is answered.
class Knn final : public StreamMemory {
 public:
  explicit Knn(const KnnOptions& options) : options_(options) {}

  MemoryAnswer answer(const StreamSample& sample) override {
    MemoryEntry entry = memory_entry(sample.features, sample.logits);
    const std::vector<Neighbour> others = others_of(entry, sample.base);
    MemoryAnswer answer{{sample.logits.begin(), sample.logits.end()}, static_cast<int64_t>(others.size())};
    if (!others.empty() && options_.weight > 0) answer.logits = mixed(entry.probability, nearest(others));
    entries_.push_back({sample.base, std::move(entry)});
    return answer;
  }

 private:
  struct Remembered {
    int64_t base;
    MemoryEntry entry;
  };
  struct Neighbour {
    double cosine;
    size_t at;  // in entries_
  };

  std::vector<Neighbour> others_of(const MemoryEntry& entry, int64_t base) const {
    std::vector<Neighbour> others;
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].base == base) continue;
      others.push_back({inner_product(entry.unit, entries_[i].entry.unit), i});
    }
    return others;
  }

  /// The most similar, the earlier of equals first.
  std::vector<Neighbour> nearest(std::vector<Neighbour> others) const {
    const size_t count = std::min(others.size(), static_cast<size_t>(options_.neighbours));
    const auto end = others.begin() + static_cast<std::ptrdiff_t>(count);
    std::ranges::partial_sort(others, end, [](const Neighbour& a, const Neighbour& b) {
      return std::pair(-a.cosine, a.at) < std::pair(-b.cosine, b.at);
    });
    others.erase(end, others.end());
    return others;
  }

  std::vector<float> mixed(const std::vector<double>& source,
                           const std::vector<Neighbour>& neighbours) const {
    std::vector<double> mean(source.size());
    double total = 0;
    for (const Neighbour& neighbour : neighbours) {
      const double share = std::exp((neighbour.cosine - neighbours[0].cosine) / options_.temperature);
      const std::vector<double>& said = entries_[neighbour.at].entry.probability;
      for (size_t c = 0; c < mean.size(); ++c) mean[c] += share * said[c];
      total += share;
    }
    std::vector<float> logits;
    for (size_t c = 0; c < mean.size(); ++c) {
      const double p = (1 - options_.weight) * source[c] + options_.weight * mean[c] / total;
      logits.push_back(static_cast<float>(std::log(std::max(p, least))));
    }
    return logits;
  }

  KnnOptions options_;
  std::vector<Remembered> entries_;  // in the order of arrival
};

}  // namespace

extern const MemoryRule knn_rule;
constinit const MemoryRule knn_rule = {
    .name = "knn",
    .summary = "probabilities mixed with those of the most similar earlier samples",
    .source = "after Khandelwal et al., ICLR 2020, with predictions of the source model in place of labels",
    .cost = "2 F operations for each earlier sample of the stream: it grows with the stream",
    .options = options_of<KnnOptions>,
    .start = [](const MemoryStart& start) -> std::unique_ptr<StreamMemory> {
      return std::make_unique<Knn>(start.options.get<KnnOptions>());
    }};

}  // namespace ttt
