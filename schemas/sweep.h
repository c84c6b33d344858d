#pragma once
#include <string>
#include <vector>

#include "schemas/option_fields.h"
#include "schemas/spec_document.h"

namespace ttt {

/// One combination of the swept values of a table.
struct SweptTable {
  std::string suffix;  // "-KEY=VALUE" for each swept key; "" when nothing is swept
  SpecNode table;
};

/// A list where a field takes one value sweeps it, also in tables within: one table per value, the cross
/// product for several, the last field changing fastest. A field that is a list itself is swept by a list of
/// lists.
std::vector<SweptTable> expand_sweep(const Fields& fields, const SpecNode& table, const std::string& path);

}  // namespace ttt
