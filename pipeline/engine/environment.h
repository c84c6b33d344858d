#pragma once
#include "schemas/fingerprint.h"
#include "schemas/run_options.h"

namespace ttt {

/// What the numbers that are computed here depend on besides the job and the program: libtorch, device (model
/// of the GPU, or of the CPU unless run.isa pins what is used of it), isa, convolution, precision.
Fingerprint environment(const RunOptions& run);

/// Prepares this process, number `local_rank` of this machine, for computing: GPU, threads, instruction set,
/// memory that is kept between steps. Throws a spec Error when this machine or build cannot do what [run]
/// asks for.
void prepare_process(const RunOptions& run, int local_rank);

}  // namespace ttt
