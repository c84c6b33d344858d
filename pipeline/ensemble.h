#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "schemas/files/results.h"
#include "schemas/method_options.h"
#include "schemas/model_options.h"

namespace ttt {

/// The source models of a group voting together. Row of model i at milestone m: models i, i + 1, ..., i + m -
/// 1 of its group, cyclically, so that every model heads one ensemble of every size. Sizes go up to the
/// smallest group's. `source` holds the source models' logits at milestone 0. A member without logits (a bad
/// input, a missing unit) ends the row: larger ensembles of it have no prediction, and its status is that
/// member's. Throws a data Error when `source` was run without logits or without milestone 0.
MethodResults ensemble(const std::string& name, const EnsembleOptions& options, const MethodResults& source,
                       const std::vector<SourceModel>& models, const std::vector<int64_t>& label);

}  // namespace ttt
