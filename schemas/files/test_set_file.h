#pragma once
#include <filesystem>

#include "schemas/test_set.h"

namespace ttt {

/// testset.h5; its layout is described in test_set_file.cpp. Throws a data Error naming file and data set
/// when the file is not of this form.
TestSet read_test_set(const std::filesystem::path& file);
void write_test_set(const std::filesystem::path& file, const TestSet& set);

}  // namespace ttt
