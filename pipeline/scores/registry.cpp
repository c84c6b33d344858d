#include "pipeline/scores/registry.h"

#include <array>
#include <string>

#include "schemas/error.h"

namespace ttt {

// One line a family.
std::span<const ScoreFamily* const> score_families() {
  static constexpr std::array all = {&classification, &next_token, &exact_match};
  return all;
}

const ScoreFamily& score_family_named(std::string_view name) {
  std::string known;
  for (const ScoreFamily* family : score_families()) {
    if (family->name == name) return *family;
    known += (known.empty() ? "" : ", ") + std::string(family->name);
  }
  fail(ExitCode::data, "results: the family of scores {} is none of this version of ttt-eval ({})", name,
       known);
}

}  // namespace ttt
