#pragma once
#include <string>
#include <vector>

#include "schemas/option_fields.h"

namespace ttt {

/// What people must know to write one key of a spec.
struct KeyRow {
  std::string key;      // dotted within a table
  std::string value;    // its default as TOML; "" where it has none
  std::string allowed;  // what may be written there
  bool operator==(const KeyRow&) const = default;
};

/// A row for each field; for a table the rows of its fields.
std::vector<KeyRow> key_rows(const Fields& fields);

}  // namespace ttt
