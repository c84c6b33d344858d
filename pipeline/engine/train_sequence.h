#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kernels/cpu/scratch.h"
#include "pipeline/models/transformer_lane.h"
#include "pipeline/models/transformer_pass.h"
#include "pipeline/models/transformer_shape.h"
#include "schemas/options.h"
#include "schemas/weights.h"

namespace ttt {

/// How a transformer is trained: AdamW (Loshchilov and Hutter, ICLR 2019), a linear warm-up and half a
/// cosine.
struct SequenceTrainingOptions {
  int64_t steps = 1800;
  int batch = 8;                // windows a step
  double learning_rate = 4e-3;  // peak rate
  int64_t warmup = 50;          // steps on which the rate rises from 0
  double final_share = 0.05;    // of the peak rate, at the end
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-8;
  double weight_decay = 0.01;  // decoupled, of all weights
  double clip = 1;             // the gradient's Euclidean norm is at most this; 0: not clipped
  bool operator==(const SequenceTrainingOptions&) const = default;
};
Fields fields(SequenceTrainingOptions& options);
void validate(const SequenceTrainingOptions& options);

/// Learning rate of step `step`, from 0.
double learning_rate(const SequenceTrainingOptions& options, int64_t step);

/// Where a training stands.
struct SequenceTrainingProgress {
  int64_t steps = 0;
  int64_t tokens = 0;  // that were predicted
  double nats = 0;     // mean -log p of a token over the last 100 steps
};

/// Everything that the rest of a training depends on.
struct SequenceTrainingState {
  int64_t step = 0;
  std::vector<double> late;  // mean nats of the last steps, at most 100
  std::map<std::string, Array> weights, first, second;
  bool operator==(const SequenceTrainingState&) const = default;
};

/// Training to predict the next token of windows at places of a text that are drawn by (seed, step), fp32 on
/// the CPU. Each window's gradient is computed on its own, by whichever thread (kernels/lanes/threads.h), and
/// they are added up in their order: the same weights for any number of threads.
class SequenceTraining {
 public:
  /// `text` holds the documents one after the other, each with the start token 0 before it, and must outlive
  /// this. Throws a data Error where it is shorter than a window and the token after it, or has tokens past
  /// the vocabulary.
  SequenceTraining(const TransformerShape& shape, const SequenceTrainingOptions& options,
                   std::span<const int32_t> text, uint64_t seed);

  bool done() const { return step_ == options_.steps; }
  /// Throws a data Error when the loss or the gradient stops being finite.
  void step();
  SequenceTrainingProgress progress() const;
  std::map<std::string, Array> weights() const;

  SequenceTrainingState state() const;
  /// Goes on from there; the state is one of a training with the same arguments.
  void restore(const SequenceTrainingState& state);

 private:
  TokenWindow window(int64_t number) const;
  void differentiate(int64_t begin, int64_t end);  // windows of the present step

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
