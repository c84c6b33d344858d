#pragma once
#include <string>
#include <string_view>

#include "schemas/option_fields.h"

namespace ttt {

/// A TOML basic string with its quotes, on one line whatever it holds.
std::string toml_string(std::string_view text);

/// A TOML key: bare where that is allowed, else quoted.
std::string toml_key(std::string_view name);

/// The shortest TOML float that reads back as this number, which may be infinite.
std::string toml_number(double value);

/// The value of a field that is no table, as TOML; "" where it has none, for which TOML has no word.
std::string toml_value(const Field& field);

/// A table with a line per field, then its tables: "[data]\nseed = 1\n...\n[data.report]\n...".
std::string toml_table(const std::string& name, const Fields& fields);

}  // namespace ttt
