#pragma once
#include <filesystem>
#include <optional>
#include <span>
#include <vector>

#include "schemas/files/hdf5_file.h"
#include "schemas/test_set.h"

namespace ttt {

/// testset.h5, whose layout is described in test_set_file.cpp. What is known of its samples is in memory; the
/// images stay in the file, which is open as long as `images` is there, and are read when they are asked for.
struct TestSetFile {
  TestSet set;
  ReadImages images;
};

/// Throws a data Error naming file and data set when the file is not of this form.
TestSetFile open_test_set(const std::filesystem::path& file);

/// The same with every image in memory.
TestSetWithImages read_test_set(const std::filesystem::path& file);

/// A testset.h5 whose images are written in parts: no more of them need be in memory than the part at hand.
/// However they are cut into parts, the file is the same bytes.
class TestSetWriter {
 public:
  /// Begins `file`, which must not be there, with everything but the images.
  TestSetWriter(const std::filesystem::path& file, const TestSet& set);

  /// Images of samples from `first` on. Those that are never written are black.
  void write(int64_t first, std::span<const uint8_t> images);

  void close();

 private:
  std::vector<int64_t> shape_;  // of an image
  Hdf5File file_;
  std::optional<Hdf5Array> images_;
};

void write_test_set(const std::filesystem::path& file, const TestSetWithImages& set);

}  // namespace ttt
