#pragma once
#include <string>

#include "schemas/fingerprint.h"
#include "schemas/run_options.h"

namespace ttt {

/// What the bytes of a result depend on besides the job: code (version and SHA-256 of the running binary),
/// libtorch, device (CPU model), isa, convolution, precision, threads.
Fingerprint environment(const RunOptions& run);

/// Prepares this process for computing: threads, instruction set, memory that is kept between steps. Throws a
/// spec Error when this machine or build cannot do what [run] asks for.
void prepare_process(const RunOptions& run);

/// The version of this program, e.g. "0.1.0".
std::string program_version();

}  // namespace ttt
