#include "schemas/option_fields.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "schemas/toml_text.h"

namespace ttt {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string text_of(const Range& range) {
  switch (range.ends) {
    case Ends::both:
      return fmt::format("from {} to {}", range.least, range.most);
    case Ends::last:
      return fmt::format("above {}, at most {}", range.least, range.most);
    case Ends::first:
      return fmt::format("at least {}, below {}", range.least, range.most);
    case Ends::none:
      return fmt::format("above {}, below {}", range.least, range.most);
  }
  return "";
}

std::string text_of(const Choice& choice) {
  std::vector<std::string> quoted;
  for (const std::string_view name : choice.names) quoted.push_back(toml_string(name));
  return fmt::format("{}", fmt::join(quoted, ", "));
}

template <typename Number>
void check_number(const std::string& key, Number value, const Field& field) {
  if (!inside(field.range, static_cast<double>(value)))
    throw OptionError(key, fmt::format("{} is out of range ({})", value, allowed(field)));
}

void check_text(const std::string& key, const std::string& text) {
  if (has_control_characters(text))
    throw OptionError(key, fmt::format("{} holds a control character (printable text)", toml_string(text)));
}

void check_under(const std::string& prefix, const Fields& fields);

void check_field(const std::string& key, const Field& field) {
  std::visit(Overloaded{
                 [](bool*) {},
                 [](const Choice&) {},
                 [&](const std::string* text) { check_text(key, *text); },
                 [&](const std::vector<std::string>* texts) {
                   for (const std::string& text : *texts) check_text(key, text);
                 },
                 [&](const std::optional<double>* value) {
                   if (*value) check_number(key, **value, field);
                 },
                 [&]<typename Number>(const std::vector<Number>* values) {
                   for (const Number value : *values) check_number(key, value, field);
                 },
                 [&](const Fields& table) { check_under(key + ".", table); },
                 [&](const auto* value) { check_number(key, *value, field); },
             },
             field.target);
}

void check_under(const std::string& prefix, const Fields& fields) {
  for (const Field& field : fields) check_field(prefix + std::string(field.key), field);
}

}  // namespace

OptionError::OptionError(std::string key, std::string problem)
    : Error(ExitCode::spec, key.empty() ? problem : key + ": " + problem),
      key_(std::move(key)),
      problem_(std::move(problem)) {}

void check_fields(const Fields& fields) { check_under("", fields); }

bool inside(const Range& range, double value) {
  const bool first = range.ends == Ends::both || range.ends == Ends::first;
  const bool last = range.ends == Ends::both || range.ends == Ends::last;
  return (first ? value >= range.least : value > range.least) &&
         (last ? value <= range.most : value < range.most);
}

bool has_control_characters(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string allowed(const Field& field) {
  const std::string range = text_of(field.range);
  return std::visit(
      Overloaded{
          [](bool*) -> std::string { return "true or false"; },
          [](std::string*) -> std::string { return "a string"; },
          [](std::vector<std::string>*) -> std::string { return "a list of strings"; },
          [&](double*) { return "a number " + range; },
          [&](std::optional<double>*) { return "a number " + range; },
          [](const Choice& choice) { return text_of(choice); },
          [](const Fields& table) { return fmt::format("a table of {}", fmt::join(keys(table), ", ")); },
          [&]<typename Number>(std::vector<Number>*) { return "a list of integers " + range; },
          [&](auto*) { return "an integer " + range; },
      },
      field.target);
}

std::vector<std::string_view> keys(const Fields& fields) {
  std::vector<std::string_view> keys;
  for (const Field& field : fields) keys.push_back(field.key);
  return keys;
}

void require_name(std::string_view name, std::string_view also, size_t longest) {
  const auto usual = [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-' || also.find(c) != also.npos;
  };
  const bool holds = !name.empty() && name.size() <= longest && name[0] != '.' && name[0] != '-' &&
                     std::all_of(name.begin(), name.end(), usual);
  require_option(holds, "",
                 "{} is no name (letters, digits and any of _.-{}, first neither . nor -; at most {})",
                 toml_string(name), also, longest);
}

}  // namespace ttt
