#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ttt {

struct SpecNode;
struct SpecEntry;
using SpecList = std::vector<SpecNode>;
using SpecTable = std::vector<SpecEntry>;  // in the order in which it was written

/// A value of a job spec before it has a meaning.
struct SpecNode {
  std::string place;  // where it was written: "job.toml:12:9" or "--set run.seed=2"
  std::variant<SpecTable, SpecList, bool, int64_t, double, std::string> value;
  std::string typed;  // VALUE of --set as typed; "" in a file
};

struct SpecEntry {
  std::string key;
  std::string place;  // of the key
  SpecNode node;
};

/// Parses a TOML file, then applies KEY=VALUE assignments in order: KEY is a dotted key, VALUE a TOML value
/// or, when it is none, a string. Throws a spec Error with file, line and column, or naming the assignment.
SpecNode read_spec_document(const std::filesystem::path& file, const std::vector<std::string>& assignments);

/// The same of a text that is at hand; `name` is for messages.
SpecNode parse_spec_document(const std::string& text, const std::string& name);

/// The value under a dotted path of a table, or nullptr. Keys within `path` hold no dots.
const SpecNode* find_node(const SpecNode& table, std::string_view path);

}  // namespace ttt
