#include "pipeline/testset/text_sheet.h"

#include <algorithm>
#include <map>

#include "pipeline/puzzles/puzzle.h"

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

void draw_row(const Grid& grid, int y, std::string& text) {
  for (int x = 0; x < grid.width; ++x)
    text += y >= grid.height ? ' '
            : grid.cells[static_cast<size_t>(y * grid.width + x)] == 0
                ? '.'
                : static_cast<char>('0' + grid.cells[static_cast<size_t>(y * grid.width + x)]);
}

/// Each pair side by side, the query last; the background is a dot.
std::string puzzle_text(const TestSetWithImages& set, int64_t sample) {
  const auto first = set.token.begin() + sample * set.tokens->longest;
  const std::vector<int32_t> tokens(first, first + set.length[static_cast<size_t>(sample)]);
  Puzzle puzzle = puzzle_of(tokens, fmt::format("sample {}", sample));
  puzzle.demonstrations.push_back(puzzle.query);
  std::string text;
  for (const auto& [in, out] : puzzle.demonstrations) {
    for (int y = 0; y < std::max(in.height, out.height); ++y) {
      draw_row(in, y, text);
      text += y == 0 ? " -> " : "    ";
      draw_row(out, y, text);
      text += '\n';
    }
    text += '\n';
  }
  text.pop_back();
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
      sheet += fmt::format("== {} {}, sample {}, {} {}\n{}\n\n", set.shift_names[static_cast<size_t>(shift)],
                           highest[shift], sample, set.length[static_cast<size_t>(sample)],
                           set.tokens->puzzles ? "tokens" : "bytes",
                           set.tokens->puzzles ? puzzle_text(set, sample) : text_of(set, sample));
  return sheet;
}

}  // namespace ttt
