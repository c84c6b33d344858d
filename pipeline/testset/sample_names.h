#pragma once
#include <string>
#include <vector>

#include "schemas/files/test_set_file.h"

namespace ttt {

/// A name for every sample that another test set has exactly where it holds the same sample: base image,
/// shift, severity, split, label and the SHA-256 of the pixels. [N]
std::vector<std::string> sample_names(const TestSetFile& file);

}  // namespace ttt
