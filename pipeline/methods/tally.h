#pragma once
#include <span>
#include <vector>

namespace ttt {

/// Predictions of one sample voting together: views of it, or models.
class Tally {
 public:
  explicit Tally(int classes) : probability_(classes), votes_(classes) {}

  void add(std::span<const float> logits /* [C] */);
  int cast() const { return cast_; }

  /// Logits whose probabilities are the mean of those that voted.
  std::vector<float> mean_logits() const;

  /// The class most of them predict; among equals the likelier one in the mean.
  int majority() const;

 private:
  std::vector<double> probability_;  // [C] sum over votes
  std::vector<int> votes_;           // [C]
  int cast_ = 0;
};

}  // namespace ttt
