#pragma once
#include <string>
#include <vector>

#include "schemas/records.h"
#include "schemas/role.h"

namespace ttt {

/// What one method did: for every model the records of every sample.
struct MethodResults {
  std::string name;
  std::string kind;               // as the registry of methods has it
  Role role = Role::adapt;        // never `tested`
  std::string spec;               // the method's TOML; empty for a control that another method brings along
  std::string milestone_meaning;  // "gradient steps", "views", ...
  std::string unit;               // the same in one word, for tables: "steps"
  std::string note;               // what a reader of the curve must know; may be empty
  CostTable cost;
  std::vector<Records> records;  // [model]; samples in the order of Results::sample
};

}  // namespace ttt
