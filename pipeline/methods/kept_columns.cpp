#include "pipeline/methods/kept_columns.h"

#include <algorithm>

#include "schemas/option_fields.h"

namespace ttt {

void require_kept(const std::vector<std::string>& keep, std::initializer_list<std::string_view> allowed) {
  std::string names;
  for (const std::string_view name : allowed)
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", name);
  for (const std::string& name : keep)
    require_option(std::ranges::find(allowed, name) != allowed.end(), "keep",
                   "\"{}\" is no column that this method can keep (any of {})", name, names);
  require_option(all_different(keep), "keep", "a column is named twice (once is enough)");
}

bool keeps(const std::vector<std::string>& keep, std::string_view column) {
  return std::ranges::find(keep, column) != keep.end();
}

}  // namespace ttt
