#pragma once
#include <filesystem>

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

void write_test_set(const std::filesystem::path& file, const TestSetWithImages& set);

}  // namespace ttt
