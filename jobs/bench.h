#pragma once
#include "jobs/job.h"

namespace ttt {

/// Measures the engine alone: the spec's first adapt method with steps on its first model group, initial
/// weights, built-in images, one rank. Prints seconds a sample, samples/s, GFLOP a sample and GFLOP/s, as
/// text or as JSON.
void bench(const Job& job, bool json);

}  // namespace ttt
