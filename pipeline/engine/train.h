#pragma once
#include <functional>
#include <map>
#include <string>

#include "pipeline/data/source.h"
#include "pipeline/model/architecture.h"
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

/// Joint training of class and rotation (Sun et al., ICML 2020): one forward pass over [x ; turned x],
/// cross-entropy of both heads. Every draw is a function of (seed, image, epoch): the same weights every time
/// on the same machine. `progress` is called after every step and may throw to abandon the training. Throws a
/// data Error when the loss stops being finite.
std::map<std::string, Array> train_model(const Architecture& architecture, const TrainingOptions& options,
                                         const LabelledImages& images, uint64_t seed,
                                         const std::function<void(const TrainingProgress&)>& progress);

/// Learning rate of step `step` of `steps` in epoch `epoch`.
double learning_rate(const TrainingOptions& options, int64_t step, int64_t steps, int epoch);

/// Share of images classified correctly, and of their turns recognised.
struct CleanAccuracy {
  double main = 0, auxiliary = 0;
  int64_t images = 0;
};
CleanAccuracy clean_accuracy(const Architecture& architecture, const std::map<std::string, Array>& weights,
                             const LabelledImages& images, int64_t limit);

}  // namespace ttt
