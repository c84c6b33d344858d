#include "pipeline/analysis/weak_models.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/analysis/statistics.h"
#include "pipeline/scores/printed_value.h"

namespace ttt {
namespace {

constexpr double level = 0.01;  // of the test against chance
constexpr double half = 0.5;    // of the distance of the others to chance

/// Median accuracy of all but one.
double median_of_others(std::span<const ModelScore> scores, size_t one) {
  std::vector<double> others;
  for (size_t i = 0; i < scores.size(); ++i)
    if (i != one && scores[i].samples > 0) others.push_back(scores[i].accuracy());
  if (others.empty()) return 0;
  std::ranges::sort(others);
  return quantile(others, 0.5);
}

}  // namespace

double binomial_tail(int64_t correct, int64_t samples, double chance) {
  if (correct <= 0) return 1;
  return incomplete_beta(static_cast<double>(correct), static_cast<double>(samples - correct + 1), chance);
}

std::vector<WeakModel> weak_models(std::span<const ModelScore> scores, double chance) {
  std::vector<WeakModel> weak;
  for (size_t i = 0; i < scores.size(); ++i) {
    const ModelScore& score = scores[i];
    if (score.samples == 0) continue;
    const bool at_chance = binomial_tail(score.correct, score.samples, chance) > level;
    const double others = median_of_others(scores, i);
    if (at_chance || score.accuracy() - chance < half * (others - chance))
      weak.push_back({score.model, score.accuracy(), chance, at_chance, others});
  }
  return weak;
}

std::optional<WeakModel> uninformed_model(const ScoreFamily& score, const std::string& model, double value) {
  if (!(score.gain(value, score.uniform) <= 0)) return std::nullopt;
  return WeakModel{model, value, score.uniform, true, 0};
}

std::string weak_model_text(const WeakModel& weak, const ScoreFamily& score) {
  if (!score.right_or_wrong)
    return fmt::format("source model {} has {}, no better than a model that knows nothing ({})", weak.model,
                       printed_value(score, weak.value), printed_value(score, weak.chance));
  std::string text =
      fmt::format("source model {} is right on {:.1f} % of the samples, ", weak.model, 100 * weak.value);
  text += weak.at_chance
              ? fmt::format("no more than always naming one class would be ({:.1f} %)", 100 * weak.chance)
              : fmt::format("where chance is {:.1f} %", 100 * weak.chance);
  return weak.others > 0 ? text + fmt::format(", and the others on {:.1f} %", 100 * weak.others) : text;
}

}  // namespace ttt
