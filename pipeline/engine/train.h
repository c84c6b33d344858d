#pragma once
#include <map>
#include <string>

#include "pipeline/models/resnet.h"
#include "pipeline/sources/labelled_images.h"
#include "schemas/training_options.h"

namespace ttt {

/// Where training stands, for a progress line and for the record kept with the weights.
struct TrainingProgress {
  int epoch = 0;         // epochs done
  int64_t images = 0;    // images seen since the start
  double main_loss = 0;  // means over the last epoch (or what of it is done)
  double auxiliary_loss = 0;
  double accuracy = 0;  // of the class, on the augmented training images
};

/// Everything that the rest of a training depends on: with it, one that was broken off goes on to the same
/// weights.
struct TrainingState {
  int64_t step = 0;                        // steps taken
  double main_sum = 0, auxiliary_sum = 0;  // over the images of the present epoch
  int64_t correct = 0;
  std::map<std::string, Array> weights, velocity;
  bool operator==(const TrainingState&) const = default;
};

/// Joint training of class and rotation (Sun et al., ICML 2020): in each step one forward pass over [x ;
/// turned x], cross-entropy of both heads. Every draw is a function of (seed, image, epoch): the same weights
/// every time on the same machine.
class Training {
 public:
  /// `images` must outlive it.
  Training(const ResNet& architecture, const TrainingOptions& options, const LabelledImages& images,
           uint64_t seed);

  bool done() const { return step_ == batches_ * options_.epochs; }
  /// Throws a data Error when the loss stops being finite, or at the end a weight.
  void step();
  TrainingProgress progress() const;
  std::map<std::string, Array> weights() const;

  TrainingState state() const;
  /// Goes on from there; the state is one of a training with the same arguments.
  void restore(const TrainingState& state);

 private:
  [[noreturn]] void fail_diverged(std::string_view what, int64_t epoch) const;
  int64_t shown() const;  // images of the present epoch, or of the last one at its end

  ResNet architecture_;
  TrainingOptions options_;
  const LabelledImages& images_;
  uint64_t seed_;
  int64_t batches_;             // an epoch
  std::vector<int64_t> order_;  // of the images in the present epoch
  int64_t step_ = 0;
  double main_sum_ = 0, auxiliary_sum_ = 0;
  int64_t correct_ = 0;
  Weights weights_;
  lanes::OptimiserState optimiser_;
};

/// Learning rate of step `step` of `steps` in epoch `epoch`.
double learning_rate(const TrainingOptions& options, int64_t step, int64_t steps, int epoch);

/// Share of images classified correctly, and of their turns recognised. The images are of the architecture's
/// size.
struct CleanAccuracy {
  double main = 0, auxiliary = 0;
  int64_t images = 0;
};
CleanAccuracy clean_accuracy(const ResNet& architecture, const std::map<std::string, Array>& weights,
                             const LabelledImages& images);

}  // namespace ttt
