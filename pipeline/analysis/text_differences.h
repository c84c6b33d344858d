#pragma once
#include <map>
#include <string>
#include <vector>

namespace ttt {

/// A place where two things differ: a key and its value in each; "" where one lacks it.
struct TextDifference {
  std::string key, a, b;
  bool operator==(const TextDifference&) const = default;
};

/// Of two maps, by key.
std::vector<TextDifference> differences(const std::map<std::string, std::string>& a,
                                        const std::map<std::string, std::string>& b);

/// Of two specs as to_toml() prints them: a line a key, below the name of its table.
std::vector<TextDifference> spec_differences(const std::string& a, const std::string& b);

}  // namespace ttt
