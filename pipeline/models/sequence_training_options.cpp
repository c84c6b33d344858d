#include "pipeline/models/sequence_training_options.h"

namespace ttt {

Fields fields(SequenceTrainingOptions& o) {
  return {
      {"steps", &o.steps, {1, 1e9}},
      {"batch", &o.batch, {1, 65'536}},
      {"learning_rate", &o.learning_rate, {0, 100, Ends::last}},
      {"warmup", &o.warmup, {0, 1e9}},
      {"final_share", &o.final_share, {0, 1}},
      {"beta1", &o.beta1, {0, 1, Ends::first}},
      {"beta2", &o.beta2, {0, 1, Ends::first}},
      {"epsilon", &o.epsilon, {0, 1, Ends::last}},
      {"weight_decay", &o.weight_decay, {0, 10}},
      {"clip", &o.clip, {0, 1e9}},
  };
}

void validate(const SequenceTrainingOptions& o) {
  require_option(o.warmup <= o.steps, "warmup", "{} is past steps = {}", o.warmup, o.steps);
}

}  // namespace ttt
