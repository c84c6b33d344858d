#include "schemas/fingerprint.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "schemas/error.h"

namespace ttt {
namespace {

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at <= text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

/// The lines of `text` that `other` lacks, on one line.
std::string only_in(const std::string& text, const std::string& other) {
  const std::vector<std::string> others = lines(other);
  std::string found;
  for (const std::string& line : lines(text)) {
    if (std::find(others.begin(), others.end(), line) != others.end()) continue;
    found += (found.empty() ? "" : "; ") + line;
  }
  return found.empty() ? "nothing" : found;
}

std::string value_of(const Fingerprint& fingerprint, const std::string& key) {
  const auto found = fingerprint.find(key);
  return found == fingerprint.end() ? "" : found->second;
}

}  // namespace

std::string to_json(const Fingerprint& fingerprint) {
  try {
    return nlohmann::json(fingerprint).dump();
  } catch (const nlohmann::json::exception&) {
    fail(ExitCode::data, "the fingerprint holds text that is not UTF-8 (a path in the spec?)");
  }
}

Fingerprint fingerprint_from_json(const std::string& json) {
  try {
    return nlohmann::json::parse(json).get<Fingerprint>();
  } catch (const nlohmann::json::exception&) {
    fail(ExitCode::data, "the fingerprint is not a JSON object of texts");
  }
}

std::string difference(const Fingerprint& here, const Fingerprint& there) {
  Fingerprint all = here;
  all.insert(there.begin(), there.end());
  std::string text;
  for (const auto& [key, ignored] : all) {
    const std::string ours = value_of(here, key), theirs = value_of(there, key);
    if (ours == theirs) continue;
    text += fmt::format("{}{}: here {}, there {}", text.empty() ? "" : "\n", key, only_in(ours, theirs),
                        only_in(theirs, ours));
  }
  return text;
}

}  // namespace ttt
