#pragma once
#include <string>
#include <vector>

#include "schemas/key_rows.h"
#include "schemas/options.h"

namespace ttt {

/// Keys that stand together in a spec.
struct KeyTable {
  std::string title;  // "[run]", or what adds them: "task = \"eata\""
  std::vector<KeyRow> rows;
};

/// The keys of options of which one may select others by naming an alternative ("task", "rule").
struct SelectedKeys {
  std::vector<KeyRow> always;       // whatever is selected
  std::vector<KeyTable> selection;  // what each alternative adds; those that add nothing are left out
};
SelectedKeys selected_keys(Options options);

/// Every key of a job spec, in the order of its parts. `[method.NAME]` comes once for each kind, followed by
/// what each alternative of it adds.
std::vector<KeyTable> spec_keys();

}  // namespace ttt
