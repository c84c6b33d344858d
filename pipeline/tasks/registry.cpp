#include "pipeline/tasks/registry.h"

#include <algorithm>
#include <array>

namespace ttt {

// One line a task.
extern const Task rotation_task, entropy_task, tent_task, eata_task, sar_task, deyo_task;

std::span<const Task* const> tasks() {
  static constexpr std::array all = {&rotation_task, &entropy_task, &tent_task,
                                     &eata_task,     &sar_task,     &deyo_task};
  return all;
}

const Alternatives& task_alternatives() {
  static const Alternatives all = [] {
    Alternatives rows;
    for (const Task* task : tasks()) rows.push_back({task->name, task->summary, task->options()});
    return rows;
  }();
  return all;
}

const Task& task_of(const Chosen& chosen) {
  const auto found = std::ranges::find(tasks(), chosen.name, &Task::name);
  if (found == tasks().end()) fail(ExitCode::internal, "no auxiliary task is called {}", chosen.name);
  return **found;
}

}  // namespace ttt
