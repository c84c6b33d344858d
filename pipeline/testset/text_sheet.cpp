#include "pipeline/testset/text_sheet.h"

#include <algorithm>
#include <map>

namespace ttt {
namespace {

constexpr size_t documents = 2;      // of a shift
constexpr int64_t most_bytes = 600;  // of a document

std::string text_of(const TestSetWithImages& set, int64_t sample) {
  std::string text;
  const int64_t count = std::min<int64_t>(most_bytes, set.length[static_cast<size_t>(sample)]);
  for (int64_t t = 0; t < count; ++t) {
    const int32_t token = set.token[static_cast<size_t>(sample * set.tokens->longest + t)];
    text += token == '\n' || token >= ' ' ? static_cast<char>(token) : '.';
  }
  while (!text.empty() && (static_cast<uint8_t>(text.back()) & 0xc0) == 0x80)
    text.pop_back();  // half a character
  return text;
}

}  // namespace

std::string draw_text_sheet(const TestSetWithImages& set) {
  std::map<int32_t, std::vector<int64_t>> shown;  // samples of each shift
  std::map<int32_t, int32_t> highest;
  for (int64_t i = 0; i < set.samples; ++i) {
    const auto at = static_cast<size_t>(i);
    highest[set.shift[at]] = std::max(highest[set.shift[at]], set.severity[at]);
  }
  for (int64_t i = 0; i < set.samples; ++i) {
    const auto at = static_cast<size_t>(i);
    if (set.severity[at] == highest[set.shift[at]] && shown[set.shift[at]].size() < documents)
      shown[set.shift[at]].push_back(i);
  }
  std::string sheet;
  for (const auto& [shift, samples] : shown)
    for (const int64_t sample : samples)
      sheet +=
          fmt::format("== {} {}, sample {}, {} bytes\n{}\n\n", set.shift_names[static_cast<size_t>(shift)],
                      highest[shift], sample, set.length[static_cast<size_t>(sample)], text_of(set, sample));
  return sheet;
}

}  // namespace ttt
