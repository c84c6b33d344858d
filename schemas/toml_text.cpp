#include "schemas/toml_text.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace ttt {
namespace {

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string text_of(const bool* value) { return *value ? "true" : "false"; }
std::string text_of(const double* value) { return toml_number(*value); }
std::string text_of(const std::optional<double>* value) {
  return value->has_value() ? toml_number(**value) : "";
}
std::string text_of(const std::string* value) { return toml_string(*value); }
std::string text_of(const Choice& choice) { return toml_string(choice.names.at(choice.get())); }
std::string text_of(const Fields&) { fail(ExitCode::internal, "a table is not written as a value"); }
std::string text_of(const auto* integer) { return fmt::format("{}", *integer); }

template <typename T>
std::string text_of(const std::vector<T>* list) {
  std::vector<std::string> texts;
  for (const T& value : *list) texts.push_back(text_of(&value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

}  // namespace

std::string toml_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted += {'\\', c};
    else if (byte < 0x20 || byte == 0x7f)
      quoted += fmt::format("\\u{:04X}", byte);
    else
      quoted += c;
  }
  return quoted + '"';
}

std::string toml_key(std::string_view name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), is_bare);
  return bare ? std::string(name) : toml_string(name);
}

std::string toml_number(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_of(".en") == text.npos ? text + ".0" : text;  // n: inf
}

std::string toml_value(const Field& field) {
  return std::visit([](const auto& target) { return text_of(target); }, field.target);
}

std::string toml_table(const std::string& name, const Fields& fields) {
  std::string lines = fmt::format("[{}]\n", name);
  std::string tables;
  for (const Field& field : fields) {
    if (const auto* table = std::get_if<Fields>(&field.target))
      tables += "\n" + toml_table(fmt::format("{}.{}", name, field.key), *table);
    else if (const std::string value = toml_value(field); value != field.silent)
      lines += fmt::format("{} = {}\n", field.key, value);
  }
  return lines + tables;
}

}  // namespace ttt
