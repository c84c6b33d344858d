#pragma once
#include <vector>

#include "schemas/view_options.h"

namespace ttt {

enum class Schedule { step, cosine };

/// [training]: joint training of class and rotation. Defaults: the published recipe (Sun et al., ICML 2020).
struct TrainingOptions {
  int epochs = 150;
  int batch = 128;             // images a step
  double learning_rate = 0.1;  // peak rate
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 5e-4;
  Schedule schedule = Schedule::step;
  std::vector<int> decay_epochs = {75, 125};  // step: rate x 0.1 after each
  double warmup = 0.0;            // cosine: share of all steps spent rising from rate / 10 to rate
  double final_rate = 1e-4;       // cosine: rate at the end
  bool all_turns = true;          // all four rotations of every image (false: one drawn per image)
  double auxiliary_weight = 1.0;  // weight of the rotation loss beside the class loss
  ViewOptions views = {};
  bool operator==(const TrainingOptions&) const = default;
};
void validate(const TrainingOptions& options);

}  // namespace ttt
