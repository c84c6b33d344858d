#include "schemas/sweep.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "schemas/error.h"
#include "schemas/spec_reader.h"

namespace ttt {
namespace {

constexpr size_t most_combinations = 1000;  // of one method: more is a slip, and the names fill the report

bool is_list(const SpecNode& node) { return std::holds_alternative<SpecList>(node.value); }

bool takes_list(const Field& field) {
  return std::visit(
      []<typename Target>(const Target&) {
        return std::is_same_v<Target, std::vector<int>*> || std::is_same_v<Target, std::vector<uint64_t>*> ||
               std::is_same_v<Target, std::vector<std::string>*>;
      },
      field.target);
}

/// The values a field is swept over, or nullptr.
const SpecList* swept_values(const Field& field, const SpecNode& node) {
  const auto* list = std::get_if<SpecList>(&node.value);
  if (!list || !takes_list(field)) return list;
  return !list->empty() && std::all_of(list->begin(), list->end(), is_list) ? list : nullptr;
}

/// A value within a method's name: "0.01", "norm", "0+4+8".
std::string name_of(const SpecNode& node) {
  return std::visit(
      []<typename Value>(const Value& value) -> std::string {
        if constexpr (std::is_same_v<Value, SpecTable>) {
          return "table";
        } else if constexpr (std::is_same_v<Value, SpecList>) {
          std::vector<std::string> names;
          for (const SpecNode& element : value) names.push_back(name_of(element));
          return fmt::format("{}", fmt::join(names, "+"));
        } else {
          return fmt::format("{}", value);
        }
      },
      node.value);
}

void replace(SpecNode& table, const std::string& key, const SpecNode& value) {
  const auto dot = key.find('.');
  for (SpecEntry& entry : std::get<SpecTable>(table.value))
    if (entry.key == key.substr(0, dot)) {
      if (dot == key.npos)
        entry.node = value;
      else
        replace(entry.node, key.substr(dot + 1), value);
    }
}

/// Every table so far with every value.
std::vector<SweptTable> cross(const std::vector<SweptTable>& tables, const std::string& key,
                              const SpecList& values) {
  std::vector<SweptTable> crossed;
  for (const SweptTable& swept : tables)
    for (const SpecNode& value : values) {
      crossed.push_back({fmt::format("{}-{}={}", swept.suffix, key, name_of(value)), swept.table});
      replace(crossed.back().table, key, value);
    }
  return crossed;
}

std::vector<SweptTable> expand(std::vector<SweptTable> tables, const Fields& fields, const SpecNode& root,
                               const std::string& prefix, const std::string& path) {
  for (const Field& field : fields) {
    const std::string key = prefix + std::string(field.key);
    const SpecNode* node = find_node(root, key);
    if (!node) continue;
    if (const auto* inner = std::get_if<Fields>(&field.target)) {
      tables = expand(std::move(tables), *inner, root, key + ".", path);
    } else if (const SpecList* values = swept_values(field, *node)) {
      require(!values->empty(), "{}: {}.{}: an empty list sweeps nothing ({})", node->place, path, key,
              allowed(field));
      require(tables.size() * values->size() <= most_combinations, "{}: {}.{}: sweeps more than {} methods",
              node->place, path, key, most_combinations);
      tables = cross(tables, key, *values);
    }
  }
  return tables;
}

}  // namespace

std::vector<SweptTable> expand_sweep(const Fields& fields, const SpecNode& table, const std::string& path) {
  return expand({{"", table}}, fields, table, "", path);
}

}  // namespace ttt
