#pragma once
#include <span>
#include <vector>

namespace ttt {

/// The class that a prediction of logits [C] votes for: the likeliest, the first of equals.
int vote_of(std::span<const float> logits);

/// Predictions of one sample voting together: views of it, or models. Each has the weight 1 unless said
/// otherwise.
class Tally {
 public:
  explicit Tally(int classes) : probability_(classes), votes_(classes) {}

  void add(std::span<const float> logits /* [C] */, double weight = 1);
  int cast() const { return cast_; }

  /// Logits whose probabilities are the weighted mean of those that voted.
  std::vector<float> mean_logits() const;

  /// The class with the largest weight of votes; among equals the likelier one in the mean.
  int majority() const;

  /// Weight of the votes for class c.
  double votes(int c) const { return votes_[c]; }

  /// By how much weight the majority is ahead of every other class; 0 when it is not alone.
  double lead() const;

 private:
  std::vector<double> probability_;  // [C] weighted sum over votes
  std::vector<double> votes_;        // [C]
  double weight_ = 0;                // of all votes
  int cast_ = 0;
};

}  // namespace ttt
