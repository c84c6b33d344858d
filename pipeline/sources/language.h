#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "pipeline/sources/token_set.h"

namespace ttt {

/// The shifts of the invented language; "clean" is none of them.
const std::vector<std::string>& language_shifts();

/// Document `index` of a seed: exactly `length` bytes of ASCII. Every document has a topic, coined words,
/// habits and sometimes a spelling of its own, so that weights have something to learn from it. Shifts at
/// severity 1 to 3: new_words (40, 70, 100 % of the topic's words are coined), respelled (3, 6, 10 letters
/// are written otherwise), cipher (6, 13, 26 letters are permuted), topic (50, 80, 100 % of the words come
/// from a half of the lexicon that training never shows), noise (5, 10, 20 % of the letters are random),
/// other_language (50, 75, 100 % of the sentences are in a second language), switch (respelled, and from the
/// middle on a cipher besides).
std::string draw_document(uint64_t seed, int64_t index, const std::string& shift, int severity,
                          int64_t length);

std::unique_ptr<TokenSet> open_language(const DataOptions& options, DataPart part);

}  // namespace ttt
