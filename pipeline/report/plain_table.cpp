#include "pipeline/report/plain_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>
#include <utility>

namespace ttt {

std::string plain(std::string text) {
  const std::pair<std::string_view, std::string_view> replacements[] = {
      {"−", "-"}, {"–", "-"}, {"…", ".."}, {"→", "->"}, {"×", "x"}, {"µ", "u"}, {"\u202f", " "}};
  for (const auto& [from, to] : replacements)
    for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
  return text;
}

std::string aligned(const std::vector<std::vector<std::string>>& rows, size_t left) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto& row : rows)
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i)
      line +=
          i < left ? fmt::format("  {:<{}}", row[i], widths[i]) : fmt::format("  {:>{}}", row[i], widths[i]);
    text += line.erase(line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string wrapped(const std::string& text, const std::string& indent) {
  constexpr size_t longest = 100;
  std::string lines, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > longest)
      lines += indent + std::exchange(line, "") + "\n";
    line += (line.empty() ? "" : " ") + word;
  }
  return line.empty() ? lines : lines + indent + line + "\n";
}

}  // namespace ttt
