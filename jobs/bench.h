#pragma once
#include <cstdint>

#include "schemas/job_spec.h"
#include "schemas/test_set.h"

namespace ttt {

struct BenchOptions {
  bool json = false;
  int64_t check = 0;  // so many episodes are computed in float64, too, and compared (parity.h)
};

/// Measures the engine alone: the spec's first adapt method with steps on its first model group, initial
/// weights, these images, one rank. Prints seconds a sample, which kernels run, seconds and GFLOP/s of
/// each phase beside the core's multiply-add peak measured in the same run, and the memory of a lane; as text
/// or as JSON. Effective GFLOP/s count convolutions as they are defined: Winograd's need fewer operations and
/// may exceed the peak.
void bench(const JobSpec& spec, const TestSetWithImages& set, const BenchOptions& options);

}  // namespace ttt
