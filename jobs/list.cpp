#include "jobs/list.h"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/catalogue/catalogue.h"
#include "pipeline/catalogue/spec_keys.h"
#include "pipeline/models/program.h"
#include "schemas/closest_name.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// "needs: ...; costs: ...", without what there is not.
std::string demands(const CatalogueEntry& entry, std::string_view between) {
  std::string text;
  if (!entry.needs.empty()) text += "needs: " + entry.needs;
  if (!entry.needs.empty() && !entry.cost.empty()) text += between;
  if (!entry.cost.empty()) text += "costs: " + entry.cost;
  return text;
}

void print_section(const CatalogueSection& section) {
  fmt::print("{}: {}\n", section.name, section.place);
  size_t width = 0;
  for (const CatalogueEntry& entry : section.entries) width = std::max(width, entry.name.size());
  for (const CatalogueEntry& entry : section.entries) {
    const std::string below = demands(entry, "; ");
    fmt::print("  {:<{}}  {}\n", entry.name, width, entry.summary);
    if (!below.empty()) fmt::print("  {:<{}}  {}\n", "", width, below);
  }
  fmt::print("\n");
}

void print_keys(const std::vector<KeyRow>& keys) {
  for (const KeyRow& row : keys) {
    const std::string value = row.value.empty() ? row.key : fmt::format("{} = {}", row.key, row.value);
    fmt::print("    {:<30}  # {}{}\n", value, row.value.empty() ? "fitted on the tune split, or " : "",
               row.allowed);
  }
}

void print_entry(const CatalogueSection& section, const CatalogueEntry& entry) {
  const std::string below = demands(entry, "\n  ");
  fmt::print("{} ({}: {})\n  {}\n  source: {}\n", entry.name, section.name, section.place, entry.summary,
             entry.source);
  if (!below.empty()) fmt::print("  {}\n", below);
  fmt::print("  {}\n", entry.keys.empty() ? "no keys of its own" : "keys and their defaults:");
  print_keys(entry.keys);
  fmt::print("\n");
}

void print_markdown() {
  fmt::print(
      "# Keys of a job spec\n\nWritten by `ttt-eval list --keys`: change the option structs, not this "
      "file. A key that is left out has its\ndefault; `kind` of a method must be there. A dotted key stands "
      "in a table within its table (`views.padding`). A method's\nlist where one value is allowed is a "
      "sweep: one method for each value. `ttt-eval list NAME` says what a name means.\n");
  for (const KeyTable& table : spec_keys()) {
    fmt::print("\n## `{}`\n\n| key | default | allowed |\n|---|---|---|\n", table.title);
    for (const KeyRow& row : table.rows)
      fmt::print("| `{}` | {} | {} |\n", row.key,
                 row.value.empty() ? "fitted on the tune split" : fmt::format("`{}`", row.value),
                 row.allowed);
  }
}

/// What programs may call; too many to stand among the registries.
constexpr std::string_view operators = "operators";

/// The registry of that name and every entry of that name.
void print_named(const std::vector<CatalogueSection>& all, const std::string& name) {
  if (name == operators)
    for (const std::string& known : operators_of_programs()) fmt::print("{}\n", known);
  for (const CatalogueSection& section : all) {
    if (section.name == name) print_section(section);
    for (const CatalogueEntry& entry : section.entries)
      if (entry.name == name) print_entry(section, entry);
  }
}

void require_known(const std::vector<CatalogueSection>& all, const std::string& name) {
  std::vector<std::string_view> known;
  for (const CatalogueSection& section : all) {
    known.push_back(section.name);
    for (const CatalogueEntry& entry : section.entries) known.push_back(entry.name);
  }
  known.push_back(operators);
  require(std::ranges::find(known, name) != known.end(),
          "list: nothing is called {} (`ttt-eval list` shows everything){}", name, did_you_mean(name, known));
}

}  // namespace

void list(const ListOptions& options) {
  if (options.keys) return print_markdown();
  const std::vector<CatalogueSection> all = catalogue();
  for (const std::string& name : options.names) require_known(all, name);
  for (const std::string& name : options.names) print_named(all, name);
  if (!options.names.empty()) return;
  for (const CatalogueSection& section : all) print_section(section);
  fmt::print("In costs: {}.\n", cost_letters);
}

}  // namespace ttt
