#include "schemas/spec_reader.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "schemas/closest_name.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

/// What stands at a node, for messages: `3 is an integer`.
std::string description(const SpecNode& node) {
  if (const auto* text = std::get_if<std::string>(&node.value)) return toml_string(*text) + " is a string";
  if (const auto* integer = std::get_if<int64_t>(&node.value))
    return fmt::format("{} is an integer", *integer);
  if (const auto* real = std::get_if<double>(&node.value)) return fmt::format("{} is a real number", *real);
  if (const auto* boolean = std::get_if<bool>(&node.value)) return fmt::format("{} is a boolean", *boolean);
  return std::holds_alternative<SpecList>(node.value) ? "is a list" : "is a table";
}

/// Where one value comes from and what it is for.
struct Reading {
  const Field& field;
  const SpecNode& node;
  const std::string& path;

  template <typename... Args>
  void require_here(bool holds, fmt::format_string<Args...> problem, Args&&... args) const {
    if (!holds)
      fail(ExitCode::spec, "{}: {}: {}", node.place, path, fmt::format(problem, std::forward<Args>(args)...));
  }

  template <typename T>
  const T& as() const {
    const T* value = std::get_if<T>(&node.value);
    require_here(value != nullptr, "{} ({})", description(node), allowed(field));
    return *value;
  }
};

/// A word of --set need not be quoted: what was typed is the text.
std::string text_of(const Reading& at) {
  const bool typed = !at.node.typed.empty() && !std::holds_alternative<std::string>(at.node.value);
  return typed ? at.node.typed : at.as<std::string>();
}

void read_value(const Reading& at, bool& target) { target = at.as<bool>(); }

void read_value(const Reading& at, double& target) {
  const auto* integer = std::get_if<int64_t>(&at.node.value);
  target = integer ? static_cast<double>(*integer) : at.as<double>();
}

void read_value(const Reading& at, std::optional<double>& target) { read_value(at, target.emplace()); }

/// The range is checked before the number is narrowed: every Range lies within its type.
template <typename Integer>
void read_value(const Reading& at, Integer& target) {
  const int64_t value = at.as<int64_t>();
  at.require_here(inside(at.field.range, static_cast<double>(value)), "{} is out of range ({})", value,
                  allowed(at.field));
  target = static_cast<Integer>(value);
}

void read_value(const Reading& at, std::string& target) { target = text_of(at); }

template <typename T>
void read_value(const Reading& at, std::vector<T>& target) {
  std::vector<T> values;
  if constexpr (std::is_same_v<T, std::string>)  // one text is a list of one
    if (std::holds_alternative<std::string>(at.node.value)) {
      target = {std::get<std::string>(at.node.value)};
      return;
    }
  for (const SpecNode& element : at.as<SpecList>())
    read_value({at.field, element, at.path}, values.emplace_back());
  target = std::move(values);
}

void read_choice(const Reading& at, const Choice& choice) {
  const std::string text = text_of(at);
  const auto name = std::find(choice.names.begin(), choice.names.end(), text);
  at.require_here(name != choice.names.end(), "{} is unknown ({}){}", toml_string(text), allowed(at.field),
                  did_you_mean(text, choice.names));
  choice.set(static_cast<size_t>(name - choice.names.begin()));
}

/// The place of an option within a table: the deepest part of its key that is written.
std::string place_of(const SpecNode& table, std::string_view key) {
  const SpecNode* node = key.empty() ? nullptr : find_node(table, key);
  if (node) return node->place;
  const auto dot = key.rfind('.');
  return key.empty() ? table.place : place_of(table, dot == key.npos ? "" : key.substr(0, dot));
}

}  // namespace

void read_field(const Field& field, const SpecNode& node, const std::string& path) {
  std::visit(
      [&]<typename Target>(const Target& target) {
        if constexpr (std::is_same_v<Target, Fields>)
          read_fields(target, node, path);
        else if constexpr (std::is_same_v<Target, Choice>)
          read_choice({field, node, path}, target);
        else
          read_value({field, node, path}, *target);
      },
      field.target);
}

void read_fields(const Fields& fields, const SpecNode& table, const std::string& path) {
  const auto known = keys(fields);
  for (const SpecEntry& entry : as_table(table, path, fmt::format("a table of {}", fmt::join(known, ", ")))) {
    const auto key = std::find(known.begin(), known.end(), entry.key);
    if (key == known.end()) fail_unknown_key(entry, path, known);
    read_field(fields[static_cast<size_t>(key - known.begin())], entry.node, join_path(path, entry.key));
  }
}

void read_selections(const std::function<Fields()>& fields, const SpecNode& table, const std::string& path) {
  as_table(table, path, "a table");
  for (size_t at = 0; at < fields().size(); ++at) {
    const Field field = fields()[at];
    const SpecNode* node = field.selects ? find_node(table, field.key) : nullptr;
    if (node && !std::holds_alternative<SpecList>(node->value))
      read_field(field, *node, join_path(path, field.key));
  }
}

void validate_at(const SpecNode& table, const std::string& path, const std::function<void()>& validate) {
  try {
    validate();
  } catch (const OptionError& error) {
    const std::string key = error.key().empty() ? path
                            : path.empty()      ? error.key()
                                                : path + "." + error.key();
    fail(ExitCode::spec, "{}: {}: {}", place_of(table, error.key()), key, error.problem());
  }
}

const SpecTable& as_table(const SpecNode& node, const std::string& path, const std::string& allowed) {
  const auto* table = std::get_if<SpecTable>(&node.value);
  require(table != nullptr, "{}: {}: {} ({})", node.place, path, description(node), allowed);
  return *table;
}

void fail_unknown_key(const SpecEntry& entry, const std::string& path,
                      const std::vector<std::string_view>& known) {
  fail(ExitCode::spec, "{}: {}: unknown key ({}){}", entry.place, join_path(path, entry.key),
       fmt::join(known, ", "), did_you_mean(entry.key, known));
}

std::string join_path(const std::string& path, std::string_view key) {
  return path.empty() ? toml_key(key) : path + "." + toml_key(key);
}

}  // namespace ttt
