#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "schemas/files/hdf5_file.h"
#include "schemas/test_set.h"

namespace ttt {

/// testset.h5, whose layout is described in test_set_file.cpp. What is known of its samples is in memory; the
/// images or tokens stay in the file, which is open as long as `images` or `tokens` is there, and are read
/// when they are asked for.
struct TestSetFile {
  TestSet set;
  ReadImages images = {};  // empty for sequences
  ReadTokens tokens = {};  // empty for images

  ReadSamples samples() const;
};

/// Throws a data Error naming file and data set when the file is not of this form.
TestSetFile open_test_set(const std::filesystem::path& file);

/// The same with every image or token in memory.
TestSetWithImages read_test_set(const std::filesystem::path& file);

/// A testset.h5 whose images or tokens are written in parts: no more of them need be in memory than the part
/// at hand. However they are cut into parts, the file is the same bytes.
class TestSetWriter {
 public:
  /// Begins `file`, which must not be there, with everything but the images or tokens.
  TestSetWriter(const std::filesystem::path& file, const TestSet& set);

  /// Images of samples from `first` on, or their tokens. Those that are never written are 0.
  void write(int64_t first, std::span<const uint8_t> images);
  void write(int64_t first, std::span<const int32_t> tokens);

  void close();

 private:
  std::vector<int64_t> shape_;  // of a sample
  Hdf5File file_;
  std::optional<Hdf5Array> samples_;
};

void write_test_set(const std::filesystem::path& file, const TestSetWithImages& set);

}  // namespace ttt
