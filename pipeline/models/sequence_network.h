#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "kernels/cpu/sequence/attention.h"
#include "pipeline/models/network.h"

namespace ttt {

/// A pass over a window: each of rows 0 .. T-1 reads `inputs` tokens (one of a text), and its last R rows
/// predict `targets`, row T-R+i the class targets[i]. 1 <= R <= T.
struct TokenWindow {
  std::span<const int32_t> tokens;   // [T, inputs]
  std::span<const int32_t> targets;  // [R]
  /// What each row sees, [T, intervals a row]; empty: itself and every row before it.
  std::span<const cpu::Interval> sees = {};
};

/// What a pass keeps besides the scores themselves.
struct Kept {
  bool hidden = false, log_probabilities = false;
};

/// What a pass says of the R rows that predict.
struct TokenScores {
  std::vector<float> nats;  // [R] -log p(target)
  std::vector<uint8_t>
      correct;                // [R] 1 where the most probable token, the lowest of equal ones, is the target
  std::vector<float> hidden;  // [R, d] normed states before the logits; empty unless kept
  std::vector<float> log_probabilities = {};  // [R, classes]; empty unless kept
  bool operator==(const TokenScores&) const = default;
};

/// A window that holds what it reads.
struct OwnedWindow {
  std::vector<int32_t> tokens, targets;
  std::vector<cpu::Interval> sees;

  TokenWindow window() const { return {tokens, targets, sees}; }
};

/// How a lane steps.
struct SequenceStep {
  std::variant<lanes::Sgd, lanes::Adam> rule;
  double clip = 0;         // the gradient's Euclidean norm is at most this; 0: as it is
  bool normalise = false;  // the gradient is divided by its norm
};

/// One lane: a copy of the adapted weights, their gradient, their moments, and what a pass needs.
class SequenceLane {
 public:
  virtual ~SequenceLane() = default;

  /// The source weights, without moments.
  virtual void reset() = 0;
  virtual TokenScores score(const TokenWindow& window, Kept keep = {}) = 0;
  /// The same scores to the bit, and the gradient of the mean of their nats. Logarithms of probabilities are
  /// not kept.
  virtual TokenScores differentiate(const TokenWindow& window, Kept keep = {}) = 0;
  /// Steps by that gradient -> the Euclidean norm of the update. Where the gradient is not finite no weight
  /// changes, and it is NaN.
  virtual double step(const SequenceStep& how) = 0;
  /// w += share (source w - w), for every adapted weight.
  virtual void pull_to_source(double share) = 0;
};

/// A network that predicts the next token of a sequence. Token 0 stands before each one.
class SequenceNetwork : public Network {
 public:
  int vocabulary = 256;
  int width = 64;             // d of the states
  int64_t longest = 256;      // rows of a window that it was trained on, at most
  int64_t sample_tokens = 0;  // of the longest sample of the test set: what a nominal cost is of

  /// A lane at the source weights [1, ...]. Factors of low rank are drawn by (seed, sample).
  virtual std::unique_ptr<SequenceLane> lane(const Weights& source, const std::string& subset, int rank,
                                             uint64_t seed, int64_t sample) const = 0;

  double prediction_flops() const override { return forward_flops(longest, longest); }

  /// FLOPs of a pass over T rows of which R predict, 2 a multiply-add, attention included.
  virtual double forward_flops(int64_t rows, int64_t scored) const = 0;
  virtual double backward_flops(int64_t rows, int64_t scored, const std::string& subset, int rank) const = 0;
  /// Bytes of a lane that passes over T rows.
  virtual int64_t lane_bytes(const std::string& subset, int rank, int64_t rows) const = 0;
};

/// The network as one of sequences. Throws an internal Error for a network of images.
const SequenceNetwork& sequence_network(const Network& network);

}  // namespace ttt
