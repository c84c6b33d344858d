#pragma once
#include <filesystem>
#include <functional>

namespace ttt {

/// For files of HDF5 from elsewhere: the library reads beyond its memory, or for ever, in some that are
/// damaged (1.10.8: lengths in the heap of texts). Reads the file in a process of its own first. Throws a
/// data Error naming it when that process dies or computes for more than `seconds`; what `read` itself throws
/// is left to the reading that follows. Must not be called by ranks of MPI.
void try_reading(const std::filesystem::path& file, const std::function<void()>& read, int seconds = 120);

}  // namespace ttt
