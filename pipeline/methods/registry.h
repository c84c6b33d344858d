#pragma once
#include <span>

#include "pipeline/methods/method.h"

namespace ttt {

/// Every kind of method, in the order in which they are listed.
std::span<const Method* const> methods();

/// The row of a method's kind.
const Method& kind_of(const MethodOptions& method);

/// The kinds and the rules between them and the rest of a job, for the reader of specs.
const SpecRegistry& spec_registry();

}  // namespace ttt
