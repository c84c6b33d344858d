#pragma once
#include <map>
#include <string>
#include <vector>

#include "schemas/files/results.h"

namespace ttt {

/// Name of a group -> indices of its models, in order.
using ModelGroups = std::map<std::string, std::vector<size_t>>;
ModelGroups model_groups(const Results& results);

/// Models of the smallest group.
int smallest_group(const ModelGroups& groups);

/// What a reader of an ensemble's curve must know; "" where `members` are all there is to say.
std::string ensemble_note(const ModelGroups& groups, int members);

}  // namespace ttt
