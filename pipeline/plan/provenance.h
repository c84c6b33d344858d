#pragma once
#include <string>

#include "schemas/fingerprint.h"
#include "schemas/run_options.h"

namespace ttt {

/// The version of this program, e.g. "0.1.0".
std::string program_version();

/// What the bytes of a result depend on besides the job: code (version and SHA-256 of the running binary) and
/// the environment (pipeline/engine/environment.h).
Fingerprint provenance(const RunOptions& run);

}  // namespace ttt
