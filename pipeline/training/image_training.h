#pragma once
#include <map>
#include <string>

#include "pipeline/models/resnet.h"
#include "pipeline/sources/labelled_images.h"
#include "pipeline/training/training.h"
#include "schemas/training_options.h"

namespace ttt {

/// Where a training stands, for a progress line and for the record kept with the weights.
struct ImageTrainingProgress {
  int epoch = 0;         // epochs done
  int64_t images = 0;    // images seen since the start
  double main_loss = 0;  // means over the last epoch (or what of it is done)
  double auxiliary_loss = 0;
  double accuracy = 0;  // of the class, on the augmented training images
};

/// Joint training of class and rotation (Sun et al., ICML 2020): in each step one forward pass over [x ;
/// turned x], cross-entropy of both heads. Every draw is a function of (seed, image, epoch): the same weights
/// every time on the same machine.
class ImageTraining final : public Training {
 public:
  /// `images` must outlive it.
  ImageTraining(const ResNet& architecture, const TrainingOptions& options, const LabelledImages& images,
                uint64_t seed);

  bool done() const override { return step_ == batches_ * options_.epochs; }
  /// Throws a data Error when the loss stops being finite, or at the end a weight.
  void step() override;
  int64_t seen() const override { return progress().images; }
  std::string losses() const override;
  std::map<std::string, Array> weights() const override;
  TrainingState state() const override;
  void restore(const TrainingState& state) override;

  ImageTrainingProgress progress() const;

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
