#pragma once
#include <string>
#include <vector>

namespace ttt {

/// The report's words in plain ASCII: batch logs know no locale.
std::string plain(std::string text);

/// Rows of one length as lines. Columns are as wide as their widest entry; the first `left` columns stand to
/// the left, the others to the right.
std::string aligned(const std::vector<std::vector<std::string>>& rows, size_t left = 1);

/// Words in lines of at most about a hundred characters, each after `indent`.
std::string wrapped(const std::string& text, const std::string& indent);

}  // namespace ttt
