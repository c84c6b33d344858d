// testset.h5, or a user's own file of this form.
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "pipeline/inspect/fact_text.h"
#include "pipeline/inspect/file_kind.h"
#include "schemas/files/test_set_file.h"

namespace ttt {
namespace {

bool fits(const StoredFile& file) {
  return file.container == Container::hdf5 && file.parts.contains("image") && file.parts.contains("label");
}

/// "clean 20, glyph_fog 20 (severities 1 to 5)": samples of each shift.
std::string shifts_text(const TestSet& set) {
  std::map<int32_t, std::set<int32_t>> severities;
  std::map<int32_t, int64_t> counts;
  for (int64_t i = 0; i < set.samples; ++i) {
    severities[set.shift[i]].insert(set.severity[i]);
    ++counts[set.shift[i]];
  }
  std::vector<std::string> texts;
  for (const auto& [shift, count] : counts)
    texts.push_back(
        fmt::format("{} {}{}", set.shift_names[shift], count,
                    shift == 0 ? "" : fmt::format(" (severity {})", fmt::join(severities[shift], ", "))));
  return fmt::format("{}", fmt::join(texts, ", "));
}

/// "digit 12, letter 8": samples of each class, and those whose label is none.
std::string classes_text(const TestSet& set) {
  std::vector<int64_t> counts(set.class_names.size() + 1, 0);
  for (const int64_t label : set.label)
    ++counts[label >= 0 && label < static_cast<int64_t>(set.class_names.size()) ? static_cast<size_t>(label)
                                                                                : set.class_names.size()];
  std::vector<std::string> texts;
  for (size_t i = 0; i < set.class_names.size(); ++i)
    texts.push_back(fmt::format("{} {}", set.class_names[i], counts[i]));
  if (counts.back() > 0) texts.push_back(fmt::format("no class {} (bad input)", counts.back()));
  return fmt::format("{}", fmt::join(texts, ", "));
}

Facts facts(const StoredFile& file) {
  const TestSet set = open_test_set(file.path).set;
  const auto tune = std::ranges::count(set.split, Split::tune);
  Facts found = {
      {"samples", fmt::format("{} ({} report, {} tune)", set.samples, set.samples - tune, tune)},
      {"base images", std::to_string(std::set<int64_t>(set.base.begin(), set.base.end()).size())},
      {"image", fmt::format("{} high, {} wide, {} channel(s), uint8", set.height, set.width, set.channels)},
      {"shifts", shifts_text(set)},
      {"classes", classes_text(set)}};
  if (!set.source.empty()) found.emplace_back("source", set.source);
  if (!set.generator.empty()) {
    found.emplace_back("made by", set.generator);
    found.emplace_back("seed", std::to_string(set.seed));
  }
  return found;
}

}  // namespace

extern const FileKind test_set_file;
constinit const FileKind test_set_file = {
    "test set", "images with labels, shifts and splits (testset.h5, made by prepare or by you)", fits, facts};

}  // namespace ttt
