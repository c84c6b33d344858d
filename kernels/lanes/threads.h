#pragma once
#include <cstdint>
#include <functional>

namespace ttt::lanes {

/// From now on so many threads share lanes and pieces (pieces.h), the caller among them; 1 at the start of a
/// process. An operation of LibTorch's stays on the thread that calls it, so that its sums do not depend on
/// their number. Not while any are at work.
void use_threads(int number);

/// How many they are.
int threads();

/// Calls f(begin, end) for ranges that make up [0, tasks), one a thread; returns when all are done, with the
/// exception of the first range that threw. For one caller at a time; a call from
/// within f stays on its thread.
void on_threads(int64_t tasks, const std::function<void(int64_t begin, int64_t end)>& f);

/// Likewise f(task).
void for_each_task(int64_t tasks, const std::function<void(int64_t task)>& f);

}  // namespace ttt::lanes
