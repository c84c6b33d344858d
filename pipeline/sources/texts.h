#pragma once
#include <memory>

#include "pipeline/sources/token_set.h"

namespace ttt {

/// The user's own documents in UTF-8, read as bytes and cut to data.document_bytes. DIR/train and DIR/test
/// hold .txt files, a document each, and .jsonl files, a document a line under the key "text", in any depth
/// of folders. Folders directly below DIR/test are shifts: their documents are the kind that the folder is
/// named for, at severity 1. Files that lie in DIR/test itself are "clean", and have the shift noise at
/// severity 1 to 3 besides (5, 10, 20 % of the ASCII letters are replaced). Throws a data Error naming the
/// file, and the line or the byte, that is empty, no UTF-8 or no JSON.
std::unique_ptr<TokenSet> open_texts(const DataOptions& options, DataPart part);

}  // namespace ttt
