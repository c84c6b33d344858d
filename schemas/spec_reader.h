#pragma once
#include <functional>
#include <string>

#include "schemas/option_fields.h"
#include "schemas/spec_document.h"

namespace ttt {

/// Fills the fields that `table` writes; the others keep their values. `path` names the table in messages.
/// Throws a spec Error "PLACE: KEY: problem (what is allowed)" for unknown keys, wrong types and numbers out
/// of range.
void read_fields(const Fields& fields, const SpecNode& table, const std::string& path);
void read_field(const Field& field, const SpecNode& node, const std::string& path);

/// Fills only the fields that select others (Field::selects), asking `fields` again after each: what
/// read_fields() is then given is bound to what was selected. A selecting key that holds a list (of a sweep)
/// is left out.
void read_selections(const std::function<Fields()>& fields, const SpecNode& table, const std::string& path);

/// Runs `validate` and gives an OptionError of it the place at which `table` writes the option (else the
/// table's).
void validate_at(const SpecNode& table, const std::string& path, const std::function<void()>& validate);

/// The entries of a node that must be a table.
const SpecTable& as_table(const SpecNode& node, const std::string& path, const std::string& allowed);

[[noreturn]] void fail_unknown_key(const SpecEntry& entry, const std::string& path,
                                   const std::vector<std::string_view>& known);

/// "data" and "report" -> "data.report"; a key that is not bare is quoted.
std::string join_path(const std::string& path, std::string_view key);

}  // namespace ttt
