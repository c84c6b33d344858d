#include "pipeline/results/faults.h"

#include <string_view>

#include "schemas/error.h"

namespace ttt {
namespace {

struct Remedy {
  std::string_view kind, what_to_do;
};
constexpr std::array<Remedy, 4> remedies = {{
    {"missing", "run `ttt-eval run` again, or aggregate with --partial"},
    {"doubled", "delete them and run again"},
    {"foreign",
     "they are of another spec, data set, model or machine: use another --out, or delete them and run again"},
    {"corrupt", "delete them and run again"},
}};

std::string first_few(const std::vector<std::string>& names) {
  constexpr size_t few = 3;
  std::string text;
  for (size_t i = 0; i < names.size() && i < few; ++i) text += (i ? ", " : "") + names[i];
  return names.size() > few ? text + ", ..." : text;
}

}  // namespace

bool Faults::any(Missing missing_units) const {
  return any(doubled) || any(foreign) || any(corrupt) || (missing_units == Missing::refused && any(missing));
}

void Faults::report(const std::filesystem::path& dir, Missing missing_units) const {
  std::string text;
  for (const Kind kind : {missing, doubled, foreign, corrupt}) {
    if (found_[kind].empty() || (kind == missing && missing_units == Missing::tolerated)) continue;
    text += fmt::format("{}{} {}: {} ({})", text.empty() ? "" : "; ", found_[kind].size(),
                        remedies[kind].kind, first_few(found_[kind]), remedies[kind].what_to_do);
  }
  if (!text.empty()) fail(ExitCode::data, "{}: cannot be aggregated: {}", dir.string(), text);
}

}  // namespace ttt
