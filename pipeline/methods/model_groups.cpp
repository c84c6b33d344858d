#include "pipeline/methods/model_groups.h"

#include <fmt/format.h>

#include <algorithm>

namespace ttt {

ModelGroups model_groups(const Results& results) {
  ModelGroups groups;
  for (size_t i = 0; i < results.model.size(); ++i) groups[results.model_group[i]].push_back(i);
  return groups;
}

int smallest_group(const ModelGroups& groups) {
  const auto least =
      std::ranges::min_element(groups, {}, [](const auto& group) { return group.second.size(); });
  return static_cast<int>(least->second.size());
}

std::string ensemble_note(const ModelGroups& groups, int members) {
  std::string note =
      fmt::format("the cost of training {} source models instead of one is not included", members);
  const bool equal = std::ranges::all_of(
      groups, [&](const auto& group) { return static_cast<int>(group.second.size()) == members; });
  if (!equal) note += fmt::format("; ensembles go up to the smallest group's {} models", members);
  return note;
}

}  // namespace ttt
