#pragma once
#include <span>

#include "pipeline/memory/rule.h"

namespace ttt {

/// Every rule, in the order in which they are listed.
std::span<const MemoryRule* const> memory_rules();

/// The same for the reader of specs.
const Alternatives& memory_rule_alternatives();

/// The rule that a spec chose.
const MemoryRule& memory_rule_of(const Chosen& chosen);

}  // namespace ttt
