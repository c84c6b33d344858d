#include "pipeline/memory/registry.h"

#include <array>

namespace ttt {

// One line a rule.
extern const MemoryRule t3a_rule, cache_rule, lame_rule, knn_rule;

std::span<const MemoryRule* const> memory_rules() {
  static constexpr std::array all = {&t3a_rule, &cache_rule, &lame_rule, &knn_rule};
  return all;
}

const Alternatives& memory_rule_alternatives() {
  static const Alternatives all = alternatives_of(memory_rules());
  return all;
}

const MemoryRule& memory_rule_of(const Chosen& chosen) { return row_named(memory_rules(), chosen.name); }

}  // namespace ttt
