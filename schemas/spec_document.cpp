// Job specs as TOML 1.0. The only file that sees toml++: what leaves it is a tree of values with their
// places.
#include "schemas/spec_document.h"

// The parser asserts of some broken texts, such as "x = [}", what they break; without it, it refuses them.
#define TOML_ASSERT(holds) static_assert(true)
#include <toml++/toml.h>
#include <algorithm>
#include <fstream>
#include <sstream>

#include "schemas/error.h"
#include "schemas/option_fields.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

// Far above any real spec; below what makes a recursive parser run out of stack on a.a.a.a... keys.
constexpr size_t longest_file = 1 << 20;  // bytes
constexpr size_t longest_line = 4096;     // bytes
constexpr size_t deepest = 16;            // tables and lists within each other

/// Turns places of the parser into text: with line and column in a file, without in an assignment.
struct Origin {
  std::string name;
  bool is_file = true;

  std::string place(const toml::source_position& at) const {
    return is_file && at ? fmt::format("{}:{}:{}", name, at.line, at.column) : name;
  }
};

SpecNode convert(const toml::node& node, const Origin& origin, size_t depth = 0);

SpecTable convert_table(const toml::table& table, const Origin& origin, size_t depth) {
  std::vector<std::pair<const toml::key*, const toml::node*>> written;
  for (const auto& [key, node] : table) written.emplace_back(&key, &node);
  const auto earlier = [](const auto& a, const auto& b) {
    return a.first->source().begin < b.first->source().begin;
  };
  std::stable_sort(written.begin(), written.end(), earlier);
  SpecTable entries;
  for (const auto& [key, node] : written)
    entries.push_back(
        {std::string(key->str()), origin.place(key->source().begin), convert(*node, origin, depth)});
  return entries;
}

SpecNode convert(const toml::node& node, const Origin& origin, size_t depth) {
  SpecNode converted{origin.place(node.source().begin), {}, ""};
  require(depth <= deepest, "{}: more than {} tables or lists within each other", converted.place, deepest);
  if (const auto* table = node.as_table()) {
    converted.value = convert_table(*table, origin, depth + 1);
  } else if (const auto* array = node.as_array()) {
    SpecList list;
    for (const toml::node& element : *array) list.push_back(convert(element, origin, depth + 1));
    converted.value = std::move(list);
  } else if (const auto* text = node.as_string()) {
    converted.value = text->get();
  } else if (const auto* integer = node.as_integer()) {
    converted.value = integer->get();
  } else if (const auto* real = node.as_floating_point()) {
    converted.value = real->get();
  } else if (const auto* boolean = node.as_boolean()) {
    converted.value = boolean->get();
  } else {
    fail(ExitCode::spec, "{}: a date or time has no place in a job spec", converted.place);
  }
  return converted;
}

bool is_utf8(const std::string& printable) {
  try {
    return !toml::parse("text = " + toml_string(printable)).empty();
  } catch (const toml::parse_error&) {
    return false;
  }
}

/// Refuses what would break a one-line message, a job script or the UTF-8 of everything we write.
void require_clean(const std::string& text, const std::string& what) {
  std::string shown = text;
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  require(!has_control_characters(text) && is_utf8(text), "{} {}: holds a control character or is not UTF-8",
          what, shown);
}

std::string read_text(const std::filesystem::path& file) {
  const std::string name = file.string();
  require_clean(name, "spec file");
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  require(status.type() != std::filesystem::file_type::not_found,
          "{}: no such file (give the path of a job spec)", name);
  require(!error, "{}: cannot be looked up ({})", name, error.message());
  require(!std::filesystem::is_directory(status), "{}: is a folder (give the path of a job spec)", name);
  std::ifstream stream(file, std::ios::binary);
  std::string text(longest_file + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  require(!stream.bad() && (stream.eof() || stream.good()), "{}: cannot be read (check its permissions)",
          name);
  text.resize(static_cast<size_t>(stream.gcount()));
  return text;
}

void check_lines(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number)
    require(line.size() <= longest_line, "{}:{}:{}: line longer than {} bytes (break it)", name, number,
            longest_line + 1, longest_line);
}

/// The parser quotes what it stumbled over, newlines included.
std::string on_one_line(std::string_view message) {
  std::string line(message);
  for (char& c : line)
    if (has_control_characters({&c, 1})) c = ' ';
  return line;
}

SpecNode parse(const std::string& text, const std::string& name) {
  const Origin origin{name, true};
  require(text.size() <= longest_file, "{}: longer than {} bytes (is this a job spec?)", name, longest_file);
  check_lines(text, origin.name);
  try {
    SpecNode root = convert(toml::parse(text), origin);
    root.place = origin.name;
    return root;
  } catch (const toml::parse_error& error) {
    fail(ExitCode::spec, "{}: {}", origin.place(error.source().begin), on_one_line(error.description()));
  }
}

/// KEY and VALUE around the first '=' that is not in quotes.
std::pair<std::string, std::string> split_assignment(const std::string& assignment,
                                                     const std::string& place) {
  bool quoted = false;
  for (size_t i = 0; i < assignment.size(); ++i) {
    if (assignment[i] == '"') quoted = !quoted;
    if (assignment[i] == '=' && !quoted) return {assignment.substr(0, i), assignment.substr(i + 1)};
  }
  fail(ExitCode::spec, "{}: no '=' (--set KEY=VALUE, e.g. --set run.seed=2)", place);
}

std::vector<std::string> parse_key(const std::string& key, const std::string& place) {
  try {
    std::vector<std::string> path;
    const toml::table parsed = toml::parse(key + " = 0");
    for (const toml::table* table = &parsed; table; table = table->begin()->second.as_table())
      path.emplace_back(table->begin()->first.str());
    return path;
  } catch (const toml::parse_error&) {
    fail(ExitCode::spec, "{}: {} is no dotted key (e.g. run.seed; quote parts with other characters)", place,
         toml_string(key));
  }
}

SpecNode parse_value(const std::string& value, const std::string& place) {
  SpecNode node{place, value, value};
  try {
    // In brackets, so that neither a comment nor a second line of TOML can follow the value.
    const toml::table parsed = toml::parse(fmt::format("value = [{} ]", value));
    const toml::array& values = *parsed.get_as<toml::array>("value");
    const auto is_text = [](const toml::node& n) { return n.is_date() || n.is_time() || n.is_date_time(); };
    if (values.size() == 1 && !is_text(values[0])) node.value = convert(values[0], {place, false}).value;
  } catch (const toml::parse_error&) {
    // Not TOML: the bare word itself.
  }
  return node;
}

SpecEntry* find_entry(SpecTable& table, const std::string& key) {
  const auto entry =
      std::find_if(table.begin(), table.end(), [&](const SpecEntry& e) { return e.key == key; });
  return entry == table.end() ? nullptr : &*entry;
}

void assign(SpecNode& root, const std::string& assignment) {
  const std::string place = "--set " + assignment;
  require(assignment.size() <= longest_line, "--set: longer than {} bytes", longest_line);
  require_clean(assignment, "--set");
  const auto [key, value] = split_assignment(assignment, place);
  const auto path = parse_key(key, place);
  require(path.size() <= deepest, "{}: more than {} parts in the key", place, deepest);
  SpecNode* node = &root;
  for (const std::string& part : path) {
    auto* table = std::get_if<SpecTable>(&node->value);
    require(table != nullptr, "{}: {} lies under a value that is no table", place, toml_key(part));
    SpecEntry* entry = find_entry(*table, part);
    if (!entry) entry = &table->emplace_back(SpecEntry{part, place, {place, SpecTable{}, ""}});
    node = &entry->node;
  }
  *node = parse_value(value, place);
}

}  // namespace

SpecNode read_spec_document(const std::filesystem::path& file, const std::vector<std::string>& assignments) {
  SpecNode root = parse(read_text(file), file.string());
  for (const std::string& assignment : assignments) assign(root, assignment);
  return root;
}

SpecNode parse_spec_document(const std::string& text, const std::string& name) { return parse(text, name); }

const SpecNode* find_node(const SpecNode& table, std::string_view path) {
  const auto dot = path.find('.');
  const auto* entries = std::get_if<SpecTable>(&table.value);
  if (!entries) return nullptr;
  for (const SpecEntry& entry : *entries)
    if (entry.key == path.substr(0, dot))
      return dot == path.npos ? &entry.node : find_node(entry.node, path.substr(dot + 1));
  return nullptr;
}

}  // namespace ttt
