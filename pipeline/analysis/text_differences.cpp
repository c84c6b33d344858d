#include "pipeline/analysis/text_differences.h"

#include <sstream>

namespace ttt {
namespace {

using Texts = std::map<std::string, std::string>;

/// "[method.ttt]\nsteps = 2" -> {"method.ttt.steps": "2"}. A table that is there has an entry of its own, so
/// that one without keys is seen.
Texts entries(const std::string& toml) {
  Texts found;
  std::string table;
  std::istringstream lines(toml);
  for (std::string line; std::getline(lines, line);) {
    const size_t equals = line.find(" = ");
    if (line.starts_with('[') && line.ends_with(']')) {
      table = line.substr(1, line.size() - 2);
      found["[" + table + "]"] = "there";
    } else if (equals != line.npos) {
      found[table + "." + line.substr(0, equals)] = line.substr(equals + 3);
    }
  }
  return found;
}

std::string value_of(const Texts& texts, const std::string& key) {
  const auto found = texts.find(key);
  return found == texts.end() ? "" : found->second;
}

}  // namespace

std::vector<TextDifference> differences(const Texts& a, const Texts& b) {
  Texts all = a;
  all.insert(b.begin(), b.end());
  std::vector<TextDifference> found;
  for (const auto& [key, ignored] : all)
    if (value_of(a, key) != value_of(b, key)) found.push_back({key, value_of(a, key), value_of(b, key)});
  return found;
}

std::vector<TextDifference> spec_differences(const std::string& a, const std::string& b) {
  std::vector<TextDifference> found;
  const Texts of_a = entries(a), of_b = entries(b);
  for (TextDifference& difference : differences(of_a, of_b)) {
    // The keys of a table that one of them lacks say nothing more than the table itself.
    const std::string table = "[" + difference.key.substr(0, difference.key.rfind('.')) + "]";
    const bool of_missing = of_a.contains(table) != of_b.contains(table);
    if (difference.key.starts_with('[') || !of_missing) found.push_back(std::move(difference));
  }
  return found;
}

}  // namespace ttt
