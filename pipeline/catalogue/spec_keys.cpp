#include "pipeline/catalogue/spec_keys.h"

#include <algorithm>

#include "pipeline/methods/registry.h"
#include "pipeline/models/registry.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

bool holds(const std::vector<KeyRow>& rows, const std::string& key) {
  return std::ranges::find(rows, key, &KeyRow::key) != rows.end();
}

/// Those of `rows` whose key is in none of `others`.
std::vector<KeyRow> without(std::vector<KeyRow> rows, const std::vector<KeyRow>& others) {
  std::erase_if(rows, [&](const KeyRow& row) { return holds(others, row.key); });
  return rows;
}

/// The keys that there are once each alternative of the selecting field `at` is selected.
std::vector<KeyTable> by_alternative(Options& options, size_t at) {
  std::vector<KeyTable> tables;
  const Fields first = options.fields();
  const std::vector<std::string_view> names = std::get<Choice>(first[at].target).names;
  for (size_t i = 0; i < names.size(); ++i) {
    std::get<Choice>(options.fields()[at].target).set(i);
    tables.push_back(
        {fmt::format("{} = {}", first[at].key, toml_string(names[i])), key_rows(options.fields())});
  }
  return tables;
}

template <typename Part>
KeyTable part(const std::string& title) {
  Part options;
  return {title, key_rows(fields(options))};
}

/// A table is of the first family unless a key is named like another.
KeyTable of_family(const ModelFamily& family) {
  const std::string with =
      &family == model_families().front() ? "" : fmt::format(" with the key {}", family.name);
  return {"[model.NAME]" + with, key_rows(family.options().fields())};
}

void add_method(const Method& kind, std::vector<KeyTable>& tables) {
  const std::string title = fmt::format("[method.NAME] with kind = {}", toml_string(kind.name));
  SelectedKeys keys = selected_keys(kind.options());
  tables.push_back({title, std::move(keys.always)});
  for (KeyTable& added : keys.selection) {
    added.title = fmt::format("{}, {}", title, added.title);
    tables.push_back(std::move(added));
  }
}

}  // namespace

SelectedKeys selected_keys(Options options) {
  SelectedKeys keys;
  keys.always = key_rows(options.fields());
  const Fields all = options.fields();
  const auto selecting = std::ranges::find(all, true, &Field::selects);
  if (selecting == all.end()) return keys;
  keys.selection = by_alternative(options, static_cast<size_t>(selecting - all.begin()));
  for (const KeyTable& table : keys.selection)
    std::erase_if(keys.always, [&](const KeyRow& row) { return !holds(table.rows, row.key); });
  for (KeyTable& table : keys.selection) table.rows = without(std::move(table.rows), keys.always);
  std::erase_if(keys.selection, [](const KeyTable& table) { return table.rows.empty(); });
  return keys;
}

std::vector<KeyTable> spec_keys() {
  std::vector<KeyTable> tables = {part<DataOptions>("[data]")};
  for (const ModelFamily* family : model_families()) tables.push_back(of_family(*family));
  tables.push_back(part<TrainingOptions>("[training]"));
  for (const Method* kind : methods()) add_method(*kind, tables);
  tables.push_back(part<RunOptions>("[run]"));
  tables.push_back(part<ReportOptions>("[report]"));
  return tables;
}

}  // namespace ttt
