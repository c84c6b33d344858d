#pragma once
#include <functional>

#include "pipeline/forecast/measure.h"

namespace ttt {

/// Lets `count` child processes measure at the same time and gives the means of what they found: ranks on one
/// machine share its caches, memory and clock. Throws the Error of the first child that failed. Only in a
/// process without other threads.
Timings measure_side_by_side(int count, const std::function<Timings()>& measure);

}  // namespace ttt
