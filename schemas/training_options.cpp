#include "schemas/training_options.h"

#include <algorithm>

#include "schemas/option_fields.h"

namespace ttt {

Fields fields(TrainingOptions& o) {
  return {
      {"epochs", &o.epochs, {1, 100'000}},
      {"batch", &o.batch, {1, 65'536}},
      {"learning_rate", &o.learning_rate, {0, 100, Ends::last}},
      {"momentum", &o.momentum, {0, 1, Ends::first}},
      {"nesterov", &o.nesterov},
      {"weight_decay", &o.weight_decay, {0, 1}},
      {"schedule", choice(o.schedule, {"step", "cosine"})},
      {"decay_epochs", &o.decay_epochs, {1, 100'000}},
      {"warmup", &o.warmup, {0, 1, Ends::first}},
      {"final_rate", &o.final_rate, {0, 100}},
      {"all_turns", &o.all_turns},
      {"auxiliary_weight", &o.auxiliary_weight, {0, 1000}},
      {"views", fields(o.views)},
  };
}

void validate(const TrainingOptions& options) {
  TrainingOptions o = options;
  check_fields(fields(o));
  require_option(!o.nesterov || o.momentum > 0, "nesterov",
                 "needs momentum (momentum above 0, or nesterov = false)");
  require_option(
      std::is_sorted(o.decay_epochs.begin(), o.decay_epochs.end()) && all_different(o.decay_epochs),
      "decay_epochs", "not ascending (each epoch once, in order)");
  if (o.schedule == Schedule::step && !o.decay_epochs.empty())
    require_option(o.decay_epochs.back() <= o.epochs, "decay_epochs",
                   "{} is past epochs = {} (or schedule = \"cosine\")", o.decay_epochs.back(), o.epochs);
  if (o.schedule == Schedule::cosine)
    require_option(o.final_rate <= o.learning_rate, "final_rate", "{} is above learning_rate = {}",
                   o.final_rate, o.learning_rate);
}

}  // namespace ttt
