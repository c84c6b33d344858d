#include <algorithm>

#include "pipeline/memory/entry.h"
#include "pipeline/memory/laplacian.h"
#include "pipeline/memory/rule.h"

namespace ttt {
namespace {

struct LameOptions {
  int neighbours = 5;  // that each sample of the window should agree with
  int window = 64;     // latest samples that are assigned together, the answered one included
  double lambda = 1;   // weight of agreement; 0: the source model alone
  bool operator==(const LameOptions&) const = default;
};

Fields fields(LameOptions& o) {
  return {{"neighbours", &o.neighbours, {1, 4096}},
          {"window", &o.window, {1, 4096}},
          {"lambda", &o.lambda, {0, 1e6}}};
}

void validate(const LameOptions&) {}

/// LAME assigns a whole batch at once. Here the batch is the window that ends at the sample, of which only
/// the last answer is given: no answer waits for later samples.
class Lame final : public StreamMemory {
 public:
  explicit Lame(const LameOptions& options)
      : options_(options), window_(static_cast<size_t>(options.window)), similarity_(window_ * window_) {}

  MemoryAnswer answer(const StreamSample& sample) override {
    remember(sample);
    const std::vector<size_t> slots = slots_by_age();
    const int64_t samples = static_cast<int64_t>(slots.size());
    Logits logits{samples, static_cast<int64_t>(sample.logits.size()), {}};
    std::vector<double> similarity;
    for (const size_t i : slots) {
      logits.values.insert(logits.values.end(), slots_[i].logits.begin(), slots_[i].logits.end());
      for (const size_t j : slots) similarity.push_back(similarity_[i * window_ + j]);
    }
    const Affinities affinities = nearest_neighbours(similarity, samples, options_.neighbours);
    const Agreement agreed = agreement(logits, affinities, options_.lambda);
    return {{agreed.logits.values.end() - logits.classes, agreed.logits.values.end()}, samples - 1};
  }

 private:
  struct Remembered {
    std::vector<double> unit;
    std::vector<double> logits;
  };

  /// Takes the place of the oldest sample, with all similarities to it.
  void remember(const StreamSample& sample) {
    const size_t slot = seen_++ % window_;
    if (slot == slots_.size()) slots_.emplace_back();
    slots_[slot] = {unit_vector(sample.features), {sample.logits.begin(), sample.logits.end()}};
    for (size_t other = 0; other < slots_.size(); ++other) {
      const double cosine = inner_product(slots_[slot].unit, slots_[other].unit);
      similarity_[slot * window_ + other] = similarity_[other * window_ + slot] = cosine;
    }
  }

  std::vector<size_t> slots_by_age() const {
    std::vector<size_t> slots;
    for (size_t age = slots_.size(); age-- > 0;) slots.push_back((seen_ - 1 - age) % window_);
    return slots;
  }

  LameOptions options_;
  size_t window_;
  size_t seen_ = 0;
  std::vector<Remembered> slots_;
  std::vector<double> similarity_;  // [window, window] cosines, by slot
};

}  // namespace

extern const MemoryRule lame_rule;
constinit const MemoryRule lame_rule = {
    .name = "lame",
    .summary = "assignments of the latest samples that agree between similar ones (LAME)",
    .source = "Boudiaf et al., CVPR 2022",
    .cost = "2 F operations for each other sample of the window; agreeing is not counted",
    .options = options_of<LameOptions>,
    .start = [](const MemoryStart& start) -> std::unique_ptr<StreamMemory> {
      return std::make_unique<Lame>(start.options.get<LameOptions>());
    }};

}  // namespace ttt
