#pragma once
#include <filesystem>
#include <string>

#include "schemas/files/results.h"

namespace ttt {

/// Throws a data Error unless the file has the SHA-256 that the results' fingerprint has under `name`.
void require_origin(const Results& results, const std::string& name, const std::filesystem::path& file);

/// In what `here` (this program and machine) differs from what made the results: "isa: avx512 there, avx2
/// here"; "" where it does not.
std::string made_elsewhere(const Results& results, const Fingerprint& here);

}  // namespace ttt
