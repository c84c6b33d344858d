#pragma once
#include <map>
#include <string>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "pipeline/models/sequence_network.h"
#include "pipeline/models/transformer_numbers.h"
#include "pipeline/models/transformer_pass.h"
#include "schemas/weights.h"

namespace ttt {

/// Where each weight lies when all lie in one piece, each on a cache line; what is between them is zero.
struct TransformerLayout {
  std::vector<TransformerWeight> weights;
  std::vector<int64_t> offsets;  // floats
  int64_t floats = 0;            // in all

  explicit TransformerLayout(std::vector<TransformerWeight> weights);

  /// Points at each weight in `data`.
  template <typename Pointer>
  void place(Pointer data, TransformerNumbers<Pointer>& numbers) const {
    for (size_t i = 0; i < weights.size(); ++i) numbers.at(weights[i]) = data + offsets[i];
  }
};

/// The weights that lie in `data`.
std::map<std::string, Array> arrays_of(const TransformerLayout& layout, const float* data);

/// How one step changes weights that lie in one piece: gradient in, squares summed in double. The Euclidean
/// norm of the update, or not a number, and then nothing has changed.
class StepRule {
 public:
  explicit StepRule(int64_t floats);

  void reset();
  double step(const SequenceStep& step, const float* gradient, float* weights);

 private:
  double factor(const SequenceStep& step, double norm) const;

  int64_t floats_;
  int steps_ = 0;
  cpu::AlignedFloats first_, second_;
};

/// A lane of a transformer on the CPU's kernels (kernels/cpu/sequence), fp32.
class TransformerLane final : public SequenceLane {
 public:
  TransformerLane(const TransformerShape& shape, const Weights& source, const std::string& subset, int rank,
                  uint64_t seed, int64_t sample);

  void reset() override;
  TokenScores score(const TokenWindow& window, Kept keep = {}) override;
  TokenScores differentiate(const TokenWindow& window, Kept keep = {}) override;
  double step(const SequenceStep& step) override;
  void pull_to_source(double share) override;

  /// What is adapted, and its gradient after differentiate(), by name.
  std::map<std::string, Array> adapted() const { return arrays_of(layout_, adapted_.data()); }
  std::map<std::string, Array> gradients() const { return arrays_of(layout_, gradient_.data()); }

  /// Bytes that it holds.
  int64_t bytes() const;

 private:
  TransformerShape shape_;
  Weights source_;  // keeps the shared weights alive
  TransformerLayout layout_;
  std::vector<float> start_;  // of the factors, which no source has; as laid out
  cpu::AlignedFloats adapted_, gradient_;
  TransformerPointers weights_;
  TransformerGradients gradients_;
  StepRule rule_;
  TransformerPass pass_;
};

/// A of each pair of factors, N(0, 1 / in) by (seed, sample), B zero: as `layout` lays them out, zeros
/// elsewhere.
std::vector<float> initial_factors(const TransformerLayout& layout, uint64_t seed, int64_t sample);

/// Throws a spec Error where a window has no target, more targets than rows, a token past the vocabulary or a
/// target past the classes.
void check_window(const TransformerShape& shape, const TokenWindow& window);

}  // namespace ttt
