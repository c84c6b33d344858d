#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "pipeline/models/sequence_training_options.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_pass.h"
#include "pipeline/models/transformer_shape.h"
#include "pipeline/training/training.h"
#include "schemas/weights.h"

namespace ttt {

/// Learning rate of step `step`, from 0.
double learning_rate(const SequenceTrainingOptions& options, int64_t step);

/// Where a training stands.
struct SequenceTrainingProgress {
  int64_t steps = 0;
  int64_t tokens = 0;  // that were predicted
  double nats = 0;     // mean -log p of a token over the last 100 steps
};

/// Training to predict the next token of windows at places of a text that are drawn by (seed, step), fp32 on
/// the CPU. Each window's gradient is computed on its own, by whichever thread (kernels/lanes/threads.h), and
/// they are added up in their order: the same weights for any number of threads.
class SequenceTraining final : public Training {
 public:
  /// `text` holds the documents one after the other, each with the start token 0 before it, and must outlive
  /// this. `model` names the model in messages. Throws a data Error where it is shorter than a window and the
  /// token after it, or has tokens past the vocabulary.
  SequenceTraining(const std::string& model, const TransformerShape& shape,
                   const SequenceTrainingOptions& options, std::span<const int32_t> text, uint64_t seed);

  bool done() const override { return step_ == options_.steps; }
  /// Throws a data Error when the loss or the gradient stops being finite.
  void step() override;
  int64_t seen() const override { return progress().tokens; }
  std::string losses() const override;
  std::map<std::string, Array> weights() const override;
  TrainingState state() const override;
  void restore(const TrainingState& state) override;

  SequenceTrainingProgress progress() const;

 private:
  TokenWindow window(int64_t number) const;
  void differentiate(int64_t begin, int64_t end);  // windows of the present step

  std::string model_;
  TransformerShape shape_;
  SequenceTrainingOptions options_;
  std::span<const int32_t> text_;
  uint64_t seed_;
  TransformerLayout layout_;
  cpu::AlignedFloats weights_, first_, second_, sum_;
  std::vector<cpu::AlignedFloats> gradients_;             // one a window
  std::vector<double> nats_;                              // one a window
  std::vector<std::unique_ptr<TransformerPass>> passes_;  // by the first window of a thread
  int64_t step_ = 0;
  std::deque<double> late_;
};

}  // namespace ttt
