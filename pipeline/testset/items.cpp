#include "pipeline/testset/items.h"

#include <algorithm>
#include <iterator>

#include "schemas/closest_name.h"
#include "schemas/error.h"

namespace ttt {
namespace {

void append_items(std::vector<Item>& items, const SplitOptions& split, Split name,
                  const std::vector<int64_t>& bases, const std::vector<std::string>& shift_names) {
  for (const int64_t base : bases) {
    if (split.clean) items.push_back({base, 0, 0, name});
    for (const std::string& shift : split.shifts) {
      const auto code = std::find(shift_names.begin(), shift_names.end(), shift) - shift_names.begin();
      for (const int severity : split.severities)
        items.push_back({base, static_cast<int32_t>(code), severity, name});
    }
  }
}

}  // namespace

void require_known(const SplitOptions& split, std::string_view key, const std::vector<std::string>& known) {
  for (const std::string& name : split.shifts)
    require(std::find(known.begin(), known.end(), name) != known.end(),
            "{}: no shift is called \"{}\"{} (known: {})", key, name,
            did_you_mean(name, {known.begin(), known.end()}), fmt::join(known, ", "));
}

std::vector<std::string> name_shifts(const DataOptions& options) {
  std::vector<std::string> names = {"clean"};
  for (const SplitOptions* split : {&options.report, &options.tune})
    for (const std::string& shift : split->shifts)
      if (std::find(names.begin(), names.end(), shift) == names.end()) names.push_back(shift);
  return names;
}

int64_t wanted_images(const DataOptions& options) {
  return options.report.base_images + options.tune.base_images;
}

std::vector<Item> items_of(const std::vector<int64_t>& bases, const DataOptions& options,
                           const std::vector<std::string>& shift_names) {
  const auto tune = bases.begin() + options.report.base_images;
  std::vector<Item> items;
  append_items(items, options.report, Split::report, {bases.begin(), tune}, shift_names);
  append_items(items, options.tune, Split::tune, {tune, bases.end()}, shift_names);
  return items;
}

TestSet begin_test_set(const DataOptions& options, const std::string& source, const std::string& generator) {
  TestSet set;
  set.shift_names = name_shifts(options);
  set.source = source;
  set.seed = options.seed;
  set.generator = generator;
  return set;
}

}  // namespace ttt
