#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "pipeline/models/sequence_training_options.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_pass.h"
#include "pipeline/models/transformer_shape.h"
#include "pipeline/training/training.h"
#include "pipeline/training/training_windows.h"
#include "schemas/weights.h"

namespace ttt {

/// Learning rate of step `step`, from 0.
double learning_rate(const SequenceTrainingOptions& options, int64_t step);

/// Where a training stands.
struct SequenceTrainingProgress {
  int64_t steps = 0;
  int64_t seen = 0;  // Training::seen()
  double nats = 0;   // mean -log p of a target over the last 100 steps
};

/// Training of a transformer to predict the targets of drawn windows, fp32 on the CPU. Each window's gradient
/// is computed on its own, by whichever thread (kernels/lanes/threads.h), and they are added up in their
/// order: the same weights for any number of threads.
class SequenceTraining final : public Training {
 public:
  /// `model` names the model in messages; `windows` must outlive this.
  SequenceTraining(const std::string& model, const TransformerShape& shape,
                   const SequenceTrainingOptions& options, const TrainingWindows& windows, uint64_t seed);

  bool done() const override { return step_ == options_.steps; }
  /// Throws a data Error when the loss or the gradient stops being finite.
  void step() override;
  int64_t seen() const override { return progress().seen; }
  std::string losses() const override;
  std::map<std::string, Array> weights() const override;
  TrainingState state() const override;
  void restore(const TrainingState& state) override;

  SequenceTrainingProgress progress() const;

 private:
  void differentiate(int64_t begin, int64_t end);  // windows of the present step

  std::string model_;
  TransformerShape shape_;
  SequenceTrainingOptions options_;
  const TrainingWindows& windows_;
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
