#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace ttt {

/// A reader of files and what to feed it with.
struct FuzzedReader {
  std::string file_name;           // what the mutated file is called
  std::vector<std::string> seeds;  // bytes of valid files, small ones
  std::function<void(const std::filesystem::path&)> read;
  /// Makes a file whole again after a mutation (its seal, its checksum), so that what lies behind is reached.
  std::function<std::string(std::string)> mend = [](std::string bytes) { return bytes; };
};

/// Bytes like `seed` but for one to a few slips, the same ones for the same `number`: bits flipped, pieces
/// cut out, doubled, moved or filled, numbers changed, the end cut off. Number 0 is the seed itself.
std::string mutated(const std::string& seed, uint64_t number);

/// Reads mutations 0 to count - 1 in a process of its own. Each must either be read or be refused with an
/// Error of one line and one of the exit codes for what the outside world gets wrong; anything else (another
/// exception, a signal, more than 4 GB of memory, no end within a minute) fails the test, which keeps the
/// file and names it. The seeds themselves must be read.
void expect_survival(const FuzzedReader& reader, uint64_t count);

}  // namespace ttt
