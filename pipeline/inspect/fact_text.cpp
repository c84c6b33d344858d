#include "pipeline/inspect/fact_text.h"

#include <fmt/ranges.h>

#include <array>
#include <sstream>
#include <string_view>
#include <vector>

namespace ttt {

std::string status_counts(std::span<const Status> statuses) {
  std::array<int64_t, 5> counts = {};
  for (const Status status : statuses) ++counts[static_cast<size_t>(status)];
  std::istringstream names{std::string(status_meanings)};
  std::vector<std::string> texts;
  std::string name;
  for (const int64_t count : counts)
    if (names >> name; count > 0) texts.push_back(fmt::format("{} {}", count, name));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string shape_text(std::span<const int64_t> shape) { return fmt::format("[{}]", fmt::join(shape, ", ")); }

std::string fingerprint_text(const Fingerprint& fingerprint) {
  std::string text;
  for (const auto& [key, value] : fingerprint) {
    const bool is_long = value.find('\n') != std::string::npos;
    text += is_long ? key + " =\n" : fmt::format("{} = {}\n", key, value);
    std::istringstream lines(is_long ? value : "");
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) text += "  " + line + "\n";
  }
  return text;
}

std::string numbers_text(std::span<const int32_t> numbers) {
  return fmt::format("{}", fmt::join(numbers, ", "));
}

}  // namespace ttt
