#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace ttt {

/// A NumPy .npy file, version 1 or 2, in C order. Its values are read by rows of the first dimension, when
/// asked for.
struct NpyFile {
  std::filesystem::path file;
  std::string dtype;           // as NumPy writes it, e.g. "|u1", "<i8"
  std::vector<int64_t> shape;  // at least one dimension
  int64_t offset = 0;          // of the first value, bytes
};

/// Throws a data Error naming the file when the header is malformed or the file is not as long as it says.
NpyFile open_npy(const std::filesystem::path& file);

/// The bytes of `count` rows from row `first` on.
std::vector<uint8_t> read_rows(const NpyFile& npy, int64_t first, int64_t count);

/// All values of a one-dimensional file of u1, i4 or i8.
std::vector<int64_t> read_integers(const NpyFile& npy);

}  // namespace ttt
