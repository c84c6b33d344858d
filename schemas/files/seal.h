#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace ttt {

/// A sealed file ends in the line "ttt-eval sha256 HEX" over all bytes before it, so that no flipped bit
/// anywhere goes unseen. HDF5 ignores what follows the end of its data: sealed files open in every HDF5
/// program.
std::string seal(std::string_view bytes);

/// Appends the seal to a file.
void seal_file(const std::filesystem::path& file);

/// The sealed bytes without their seal. Throws a data Error naming `file` when they are not as they were
/// sealed.
std::string_view unseal(const std::filesystem::path& file, std::string_view bytes);

/// The same check of a file too large to hold.
void check_seal(const std::filesystem::path& file);

}  // namespace ttt
