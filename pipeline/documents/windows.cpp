#include "pipeline/documents/windows.h"

#include <algorithm>

namespace ttt {

std::vector<Chunk> chunks_of(int64_t tokens, int64_t chunk, int64_t context) {
  std::vector<Chunk> chunks;
  for (int64_t begin = 0; begin < tokens; begin += chunk) {
    const int64_t end = std::min(tokens, begin + chunk);
    chunks.push_back({begin, end, std::max<int64_t>(0, end - context)});
  }
  return chunks;
}

std::vector<int32_t> with_start(std::span<const int32_t> document) {
  std::vector<int32_t> all = {0};
  all.insert(all.end(), document.begin(), document.end());
  return all;
}

}  // namespace ttt
