#pragma once
#include <string>

#include "schemas/fingerprint.h"

namespace ttt {

/// What the bytes of a result depend on besides the job: code (version and SHA-256 of the running binary),
/// libtorch, device (CPU model), isa, threads.
Fingerprint environment(int threads);

/// Sets the thread count of LibTorch for this process.
void set_threads(int threads);

/// The version of this program, e.g. "0.1.0".
std::string program_version();

}  // namespace ttt
