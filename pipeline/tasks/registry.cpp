#include "pipeline/tasks/registry.h"

#include <array>

namespace ttt {

// One line a task.
extern const Task rotation_task, entropy_task, tent_task, eata_task, sar_task, deyo_task, program_task;

std::span<const Task* const> tasks() {
  static constexpr std::array all = {&rotation_task, &entropy_task, &tent_task,   &eata_task,
                                     &sar_task,      &deyo_task,    &program_task};
  return all;
}

const Alternatives& task_alternatives() {
  static const Alternatives all = alternatives_of(tasks());
  return all;
}

const Task& task_of(const Chosen& chosen) { return row_named(tasks(), chosen.name); }

Route route_of(const Task& task, const Options& options, const ImageNetwork& network) {
  if (task.route) return task.route(options, network);
  require(task.head != Part::auxiliary || network.has_rotation_head(),
          "model.{}: has no rotation head for task = \"{}\" (choose another task)", network.name, task.name);
  return task.head;
}

}  // namespace ttt
