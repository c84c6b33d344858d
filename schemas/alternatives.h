#pragma once
#include <span>
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

/// The rows of a registry as alternatives. A Row has a name, a summary and options().
template <typename Row>
Alternatives alternatives_of(std::span<const Row* const> rows) {
  Alternatives all;
  for (const Row* row : rows) all.push_back({row->name, row->summary, row->options()});
  return all;
}

/// The row of that name, which must be among them.
template <typename Row>
const Row& row_named(std::span<const Row* const> rows, std::string_view name) {
  for (const Row* row : rows)
    if (row->name == name) return *row;
  fail(ExitCode::internal, "nothing registered is called {}", name);
}

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
