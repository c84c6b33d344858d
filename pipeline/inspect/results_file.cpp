// results.h5, looked at without its columns of predictions.
#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/inspect/fact_text.h"
#include "pipeline/inspect/file_kind.h"
#include "schemas/files/hdf5_file.h"
#include "schemas/files/seal.h"
#include "schemas/test_set.h"

namespace ttt {
namespace {

bool fits(const StoredFile& file) {
  return file.container == Container::hdf5 && file.word("format").starts_with("ttt-eval results");
}

std::string method_text(const Hdf5Group& method, int64_t models, int64_t samples) {
  const auto milestone = method.read<int32_t>("milestone", method.shape("milestone"));
  const auto status = method.read<Status>("status", {models, samples});
  const std::string note = method.text("", "note");
  return fmt::format("{} ({}), stopped at {} {}; {}{}", method.text("", "kind"), method.text("", "role"),
                     numbers_text(milestone), method.text("", "unit"), status_counts(status),
                     note.empty() ? "" : "; " + note);
}

std::string split_text(const Hdf5Group& root, int64_t samples) {
  const auto split = root.read<Split>("split", {samples});
  const auto tune = std::ranges::count(split, Split::tune);
  return fmt::format("{} report, {} tune", samples - tune, tune);
}

Facts facts(const StoredFile& file) {
  check_seal(file.path);
  const Hdf5File opened = Hdf5File::open(file.path);
  const Hdf5Group& root = opened.root();
  const int64_t samples = root.shape("sample").at(0);
  const auto models = root.read_strings("model");
  Facts found = {{"seal", "intact"},
                 {"format", file.word("format")},
                 {"complete", root.natural("", "partial") ? "no: PARTIAL, units are missing" : "yes"},
                 {"samples", fmt::format("{} ({})", samples, split_text(root, samples))},
                 {"models", fmt::format("{}", fmt::join(models, ", "))},
                 {"classes", fmt::format("{}", fmt::join(root.texts("", "class_names"), ", "))},
                 {"a prediction costs", fmt::format("{} FLOP", root.natural("", "forward_flops"))}};
  const Hdf5Group methods = root.group("methods");
  for (const std::string& name : methods.names())
    found.emplace_back("method " + name,
                       method_text(methods.group(name), static_cast<int64_t>(models.size()), samples));
  found.emplace_back("fingerprint", fingerprint_text(fingerprint_from_json(root.text("", "provenance"))));
  found.emplace_back("spec", root.text("", "spec"));
  return found;
}

}  // namespace

extern const FileKind results_file;
constinit const FileKind results_file = {
    "results", "every record of a job, joined and checked (results.h5, made by aggregate)", fits, facts};

}  // namespace ttt
