#pragma once
#include "pipeline/models/program_file.h"
#include "schemas/weights.h"

namespace ttt {

/// The layer that makes `predict`'s logits of its features: aten::linear of the features, a weight and
/// perhaps a bias that the file holds. Throws a data Error when there is no such layer.
FinalLinear last_linear(const ProgramFile& program);

}  // namespace ttt
