#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace ttt {

/// One chunk of a document, tokens [begin, end), and its window: rows that read tokens first-1 .. end-2 and
/// predict tokens first .. end-1, where token -1 is the 0 that stands before a document. The window ends with
/// the chunk.
struct Chunk {
  int64_t begin = 0, end = 0;
  int64_t first = 0;

  int64_t rows() const { return end - first; }
  int64_t scored() const { return end - begin; }
};

/// The chunks of a document of `tokens` tokens, each in a window of at most `context` rows.
std::vector<Chunk> chunks_of(int64_t tokens, int64_t chunk, int64_t context);

/// The document with 0 before it: row t of a window that begins at `first` reads element first + t.
std::vector<int32_t> with_start(std::span<const int32_t> document);

}  // namespace ttt
