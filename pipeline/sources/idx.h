#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// An IDX file of bytes, the format of MNIST: 00 00 08 D, then D sizes (32 bits, big-endian), then the
/// values.
struct IdxBytes {
  std::vector<int64_t> shape;
  std::string values;  // row-major
};

/// Throws a data Error naming the file unless it is exactly such a file with `dimensions` sizes.
IdxBytes read_idx(const std::filesystem::path& file, int dimensions);

}  // namespace ttt
