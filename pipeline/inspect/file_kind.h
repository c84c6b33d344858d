#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pipeline/inspect/stored_file.h"

namespace ttt {

/// What is known of a file: names and values, in the order in which they are shown. A value of several lines
/// is a text of its own (a spec, a fingerprint).
using Facts = std::vector<std::pair<std::string, std::string>>;

/// A kind of file that ttt-eval writes or reads: one file that exports one value, one line in registry.cpp.
struct FileKind {
  std::string_view name;     // "segment"
  std::string_view summary;  // what it holds and which stage makes it
  bool (*fits)(const StoredFile& file);
  /// Throws a data Error when the file is damaged: what is shown has been checked.
  Facts (*facts)(const StoredFile& file);
};

}  // namespace ttt
