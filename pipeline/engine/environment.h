#pragma once
#include <string>

#include "schemas/fingerprint.h"

namespace ttt {

/// What the bytes of a result depend on besides the job: code (version and SHA-256 of the running binary),
/// libtorch, device (CPU model), isa, threads.
Fingerprint environment(int threads);

/// Prepares this process for computing: LibTorch's thread count, and memory that is kept between steps.
void prepare_process(int threads);

/// The version of this program, e.g. "0.1.0".
std::string program_version();

}  // namespace ttt
