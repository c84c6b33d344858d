#pragma once
#include <span>

#include "pipeline/tasks/task.h"

namespace ttt {

/// Every auxiliary task, in the order in which they are listed.
std::span<const Task* const> tasks();

/// The same for the reader of specs.
const Alternatives& task_alternatives();

/// The task that a spec chose.
const Task& task_of(const Chosen& chosen);

}  // namespace ttt
