#include "pipeline/inspect/registry.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "schemas/error.h"

namespace ttt {

// One line a kind. Those that hold more come before those that fit more files.
extern const FileKind results_file, segment_file_kind, test_set_file, timing_table_file, timing_log_file,
    program_file, checkpoint_file, source_model_file, foreign_weights_file, choice_file,
    test_set_options_file, spec_file;

std::span<const FileKind* const> file_kinds() {
  static constexpr std::array all = {&results_file,      &segment_file_kind,     &test_set_file,
                                     &timing_table_file, &timing_log_file,       &program_file,
                                     &checkpoint_file,   &source_model_file,     &foreign_weights_file,
                                     &choice_file,       &test_set_options_file, &spec_file};
  return all;
}

const FileKind& kind_of(const StoredFile& file) {
  for (const FileKind* kind : file_kinds())
    if (kind->fits(file)) return *kind;
  std::vector<std::string_view> names;
  for (const FileKind* kind : file_kinds()) names.push_back(kind->name);
  const std::string look = file.looks_like.empty() ? "" : " (it looks like " + file.looks_like + ")";
  fail(ExitCode::data, "{}: is no file of ttt-eval{}; known are: {}", file.path.string(),
       file.looks_like == "empty" ? " (it is empty)" : look, fmt::join(names, ", "));
}

}  // namespace ttt
