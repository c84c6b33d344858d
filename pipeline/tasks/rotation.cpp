#include "pipeline/tasks/rotation.h"

#include "pipeline/models/operations.h"
#include "pipeline/tasks/task.h"

namespace ttt {

Fields fields(RotationOptions& o) {
  return {{"turns", choice(o.turns, {"balanced", "random"})},
          {"labels", choice(o.labels, {"true", "random"})}};
}

void validate(const RotationOptions&) {}

Chosen rotation(const RotationOptions& options) { return {"rotation", options}; }

namespace {

bool lies(const Options& options) {
  return options.get<RotationOptions>().labels != AuxiliaryLabels::true_labels;
}

}  // namespace

extern const Task rotation_task;
constinit const Task rotation_task = {
    .name = "rotation",
    .summary = "predict by which of four quarter turns a view was turned",
    .source = "Sun et al., ICML 2020, section 2",
    .options = options_of<RotationOptions>,
    .needs = "the rotation head",
    .head = Part::auxiliary,
    .loss = [](const Options&,
               const TaskPass& pass) { return operations::cross_entropy(pass.logits, pass.batch.turns); },
    .turning =
        [](const Options& options) {
          return Turning{true, options.get<RotationOptions>().turns == Turns::balanced, lies(options)};
        },
    .is_placebo = lies};

}  // namespace ttt
