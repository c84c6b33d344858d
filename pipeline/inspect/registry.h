#pragma once
#include <span>

#include "pipeline/inspect/file_kind.h"

namespace ttt {

/// Every kind of file. The first that fits is meant.
std::span<const FileKind* const> file_kinds();

/// The kind of a file. Throws a data Error that says what the file looks like instead when it has none.
const FileKind& kind_of(const StoredFile& file);

}  // namespace ttt
