#pragma once
#include <cstdint>
#include <vector>

#include "pipeline/scores/tally.h"
#include "schemas/records.h"

namespace ttt {

/// What a vote comes to.
struct Verdict {
  int predicted = 0;
  std::vector<float> logits;  // [C] log of the probabilities that the scores are computed of; finite
  int cast = 0;               // ballots that had to be made, which are charged
};

/// The likeliest class in the mean of those that voted, by its logits; the first of equals.
Verdict by_mean(const Tally& tally, int cast);

/// The class with most votes (Tally::majority()); its logits are those of the mean of those that voted.
Verdict by_majority(const Tally& tally, int cast);

/// Writes a verdict to row `row`, milestone `m`: the scores of its logits as record_prediction() does, the
/// predicted class and its correctness as the rule decided. Where the class is not the likeliest of the
/// logits, confidence and margin still are those of the logits.
void record_verdict(Records& records, int64_t row, int m, const Verdict& verdict, int64_t label);

}  // namespace ttt
