// sweep/choice.toml
#include "schemas/choice.h"

#include "pipeline/inspect/file_kind.h"
#include "pipeline/scores/printed_value.h"
#include "pipeline/scores/registry.h"

namespace ttt {
namespace {

bool fits(const StoredFile& file) {
  return file.container == Container::toml && file.parts.contains("choice") && file.parts.contains("format");
}

Facts facts(const StoredFile& file) {
  const SweepChoices choices = read_choices(file.path);
  const ScoreFamily& score = score_family_named(choices.score);
  Facts found = {
      {"chosen on", fmt::format("the split tune: {} samples x {} models", choices.samples, choices.models)}};
  for (const SweepChoice& choice : choices.choices) {
    const SweptPoint& chosen = choice.points[choice.chosen];
    found.emplace_back(
        "sweep " + choice.table,
        fmt::format("{} at milestone {} ({}): {} on tune; {} points are listed", chosen.method,
                    chosen.milestone, choice.unit, printed_value(score, chosen.value), choice.points.size()));
  }
  return found;
}

}  // namespace

extern const FileKind choice_file;
constinit const FileKind choice_file = {
    "choice", "what a sweep chose on the split tune, and from what (sweep/choice.toml, made by sweep)", fits,
    facts};

}  // namespace ttt
