#pragma once
#include <string>
#include <vector>

#include "schemas/key_rows.h"

namespace ttt {

/// One thing that a spec can name.
struct CatalogueEntry {
  std::string name;
  std::string summary;            // one line
  std::string source;             // where it was published
  std::string needs;              // of the rest of a job; "" : nothing
  std::string cost;               // in words; "" : nothing
  std::vector<KeyRow> keys = {};  // its own, with defaults and limits
};

/// The entries of one registry.
struct CatalogueSection {
  std::string name;   // "tasks"
  std::string place;  // where a spec names an entry
  std::vector<CatalogueEntry> entries;
};

/// Everything that a spec can name, read from the registries.
std::vector<CatalogueSection> catalogue();

/// What the letters in costs stand for.
inline constexpr std::string_view cost_letters =
    "S steps of an episode, V views of a step, N views or models that vote, C classes, F features of a "
    "sample";

}  // namespace ttt
