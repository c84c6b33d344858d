#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/scores/registry.h"

namespace ttt {

/// How a source model does without any adaptation.
struct ModelScore {
  std::string model;
  int64_t correct = 0, samples = 0;

  double accuracy() const { return static_cast<double>(correct) / static_cast<double>(samples); }
};

/// A source model that drags the others down, or has learned nothing.
struct WeakModel {
  std::string model;
  double value = 0;
  double chance = 0;  // accuracy of always naming the most frequent class; value of knowing nothing
  bool at_chance = false;
  double others = 0;  // median accuracy of the other models; of one alone: 0

  bool operator==(const WeakModel&) const = default;
};

/// Models of one group that are at chance (the exact one-sided binomial test against `chance` does not reject
/// at 1 %) or less than half as far above it as the median of the others. Such a model, averaged in, makes an
/// ensemble look like a gain.
std::vector<WeakModel> weak_models(std::span<const ModelScore> scores, double chance);

/// P(at least `correct` of `samples` right) when each is right with probability `chance`.
double binomial_tail(int64_t correct, int64_t samples, double chance);

/// The model where its value is no better than that of one that knows nothing (ScoreFamily::uniform).
std::optional<WeakModel> uninformed_model(const ScoreFamily& score, const std::string& model, double value);

/// "source model small-3 is right on 23.7 % ...", without a full stop.
std::string weak_model_text(const WeakModel& weak, const ScoreFamily& score = classification);

}  // namespace ttt
