#include "pipeline/sources/document_text.h"

#include <cstdint>

namespace ttt {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Bytes of the well-formed character that begins at `at`; 0: there is none (Unicode 15, table 3-7).
size_t character_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<uint8_t>(text[at + i]) : 0u; };
  const auto follows = [&](size_t i, unsigned least, unsigned most) {
    return least <= byte(i) && byte(i) <= most;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  if (first < 0xe0) return follows(1, 0x80, 0xbf) ? 2 : 0;
  const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (!follows(1, least, most) || !follows(2, 0x80, 0xbf)) return 0;
  if (first < 0xf0) return 3;
  return follows(3, 0x80, 0xbf) ? 4 : 0;
}

}  // namespace

Sequence sequence_of(std::string_view text) {
  Sequence sequence;
  sequence.bytes = static_cast<int64_t>(text.size());
  bool in_word = false;
  for (const char c : text) {
    sequence.tokens.push_back(static_cast<uint8_t>(c));
    sequence.words += !in_word && !is_space(c);
    in_word = !is_space(c);
  }
  return sequence;
}

size_t first_wrong_byte(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = character_at(text, at);
    if (length == 0) return at;
    at += length;
  }
  return std::string_view::npos;
}

}  // namespace ttt
