#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace ttt {

/// SHA-256 as 64 lower-case hex digits, as sha256sum prints it.
std::string digest(std::string_view bytes);
std::string digest_file(const std::filesystem::path& file);
/// Of the first `bytes` bytes alone.
std::string digest_file(const std::filesystem::path& file, int64_t bytes);

}  // namespace ttt
