#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "schemas/options.h"

namespace ttt {

/// One of several things that a spec chooses by name, with the options that its table then has. A registry
/// above this layer gives the reader a list of them.
struct Alternative {
  std::string_view name;     // as the spec writes it
  std::string_view summary;  // one line, for `ttt-eval list`
  Options options;           // defaults, with fields and limits
};
using Alternatives = std::vector<Alternative>;

/// What was chosen.
struct Chosen {
  std::string name;
  Options options;
  bool operator==(const Chosen&) const = default;
};

/// The alternative of that name with its default options. The name must be among them.
Chosen choose(const Alternatives& alternatives, std::string_view name);

/// A key whose value is the name of an alternative. Writing another name replaces the options, so every field
/// bound to the old ones dangles: readers write such keys first (Field::selects).
Field choice_among(std::string_view key, Chosen& chosen, const Alternatives& alternatives);

}  // namespace ttt
