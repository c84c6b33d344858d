#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "schemas/data_options.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

/// The test set of a source of sequences (pipeline/sources/token_set.h): base sequences, splits and order as
/// build_test_set() has them for images. Throws an Error that names the key of [data], or the file, at fault.
TestSetWithImages build_sequences(const DataOptions& options,
                                  const std::function<void(int64_t done, int64_t total)>& progress = {});

/// What its samples are; tokens are made when they are asked for.
TestSetFile describe_sequences(const DataOptions& options);

/// Throws a data Error naming `path` and the first sample that has a token past the vocabulary, or is no
/// puzzle where all are, or one larger than the set says.
void require_tokens(const TestSetWithImages& set, const std::string& path);

}  // namespace ttt
