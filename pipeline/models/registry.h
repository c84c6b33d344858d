#pragma once
#include <span>

#include "pipeline/models/family.h"

namespace ttt {

/// Every family of models, in the order in which they are listed. The first is that of a table which names
/// none.
std::span<const ModelFamily* const> model_families();

/// The row of a group's family.
const ModelFamily& family_of(const ModelOptions& group);

/// The models of a group, in the order of its seeds or files.
std::vector<SourceModel> members(const ModelOptions& group);

}  // namespace ttt
