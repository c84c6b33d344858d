#pragma once
#include <string>

#include "schemas/alternatives.h"

namespace ttt {

/// [method.NAME]: a kind of method, as the registry of methods knows it, and its options.
struct MethodOptions {
  std::string name;  // NAME; a sweep adds -KEY=VALUE for each swept key
  Chosen kind;
  bool operator==(const MethodOptions&) const = default;
};

/// `kind` first, then the fields of the kind that is chosen among `kinds`.
Fields fields(MethodOptions& method, const Alternatives& kinds);

/// Throws an OptionError for a name that cannot be a folder, a value out of its range, a broken rule.
void validate(const MethodOptions& method);

}  // namespace ttt
