#pragma once
#include <string>
#include <string_view>

#include "pipeline/sources/token_set.h"

namespace ttt {

/// The bytes of a text as tokens; words are runs of what is not white space.
Sequence sequence_of(std::string_view text);

/// The place of the first byte that is not UTF-8 (RFC 3629); npos: the text is UTF-8.
size_t first_wrong_byte(std::string_view text);

}  // namespace ttt
