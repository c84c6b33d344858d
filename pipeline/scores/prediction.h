#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "schemas/records.h"

namespace ttt {

/// Whether all of a row of logits are numbers that a prediction can be made from.
bool finite(std::span<const float> logits);

/// Probabilities of a row of logits, computed in double.
std::vector<double> softmax(std::span<const float> logits);

/// How sure a prediction is.
struct Certainty {
  double confidence = 0;  // largest probability
  double entropy = 0;     // nats
  double margin = 0;      // largest less second largest probability
};

/// Of probabilities [C].
Certainty certainty(std::span<const double> p);

/// Writes the prediction made from `logits` [C] to row `row`, milestone `m`: class, correctness,
/// cross-entropy with the label, confidence, entropy, margin, and the logits when they are kept. Logits that
/// are not finite leave the row as it was ("not there").
void record_prediction(Records& records, int64_t row, int m, std::span<const float> logits, int64_t label);

}  // namespace ttt
