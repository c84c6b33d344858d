#include "pipeline/memory/registry.h"

#include <algorithm>
#include <array>

namespace ttt {

// One line a rule.
extern const MemoryRule t3a_rule, cache_rule, lame_rule, knn_rule;

std::span<const MemoryRule* const> memory_rules() {
  static constexpr std::array all = {&t3a_rule, &cache_rule, &lame_rule, &knn_rule};
  return all;
}

const Alternatives& memory_rule_alternatives() {
  static const Alternatives all = [] {
    Alternatives rows;
    for (const MemoryRule* rule : memory_rules())
      rows.push_back({rule->name, rule->summary, rule->options()});
    return rows;
  }();
  return all;
}

const MemoryRule& memory_rule_of(const Chosen& chosen) {
  const auto found = std::ranges::find(memory_rules(), chosen.name, &MemoryRule::name);
  if (found == memory_rules().end())
    fail(ExitCode::internal, "no rule of a memory is called {}", chosen.name);
  return **found;
}

}  // namespace ttt
