#include <algorithm>
#include <cmath>

#include "pipeline/policies/rule.h"
#include "pipeline/scores/prediction.h"

namespace ttt {

enum class MixWeights { fixed, entropy };

/// rule = "source_mix".
struct SourceMixOptions {
  MixWeights weights = MixWeights::fixed;  // entropy: each prediction weighs as much as the other's entropy
  double alpha = 0.5;                      // weight of the source prediction, where fixed
  bool operator==(const SourceMixOptions&) const = default;
};

Fields fields(SourceMixOptions& o) {
  return {{"weights", choice(o.weights, {"fixed", "entropy"})}, {"alpha", &o.alpha, {0, 1}}};
}

void validate(const SourceMixOptions&) {}

namespace {

/// The surer of the two weighs more.
double source_weight(const SourceMixOptions& o, const PolicyRow& row, int m) {
  if (o.weights == MixWeights::fixed) return o.alpha;
  const double sum = row.entropy(0) + row.entropy(m);
  return sum > 0 ? row.entropy(m) / sum : 0.5;
}

/// Logits whose probabilities are weight p + (1 - weight) q.
std::vector<float> mixture(double weight, std::span<const float> p_logits, std::span<const float> q_logits) {
  constexpr double least = 1e-38;  // as Tally has it
  const std::vector<double> p = softmax(p_logits), q = softmax(q_logits);
  std::vector<float> logits;
  for (size_t c = 0; c < p.size(); ++c)
    logits.push_back(static_cast<float>(std::log(std::max(weight * p[c] + (1 - weight) * q[c], least))));
  return logits;
}

}  // namespace

extern const PolicyRule source_mix_rule;
constinit const PolicyRule source_mix_rule = {
    .name = "source_mix",
    .summary = "weighted mean of the source and the adapted probabilities",
    .source = "weights by entropy: ETTA, BMVC 2025",
    .cost = "the milestone and the source prediction",
    .options = options_of<SourceMixOptions>,
    .needs = [](const Options&) { return PolicyNeeds{.logits = true}; },
    .mixes = true,
    .decide =
        [](const Options& options, std::span<const double>, const PolicyRow& row, int m) {
          if (m == 0) return Decision{0, row.flops(0)};
          const double weight = source_weight(options.get<SourceMixOptions>(), row, m);
          return Decision{m, row.flops(m) + row.prediction_flops(),
                          mixture(weight, row.logits(0), row.logits(m))};
        }};

}  // namespace ttt
