#pragma once
#include <filesystem>

namespace ttt {

/// Prints how far the job in this folder is. Only reads, so it may be asked from any machine that sees the
/// folder. Throws a data Error when the folder is none of a job.
void status(const std::filesystem::path& dir);

}  // namespace ttt
