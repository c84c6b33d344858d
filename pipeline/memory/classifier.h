#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "schemas/records.h"
#include "schemas/weights.h"

namespace ttt {

/// The final linear of every model, in the order of Results::model.
using MemoryClassifier = std::vector<FinalLinear>;

/// Features [F] of a row.
std::span<const float> features_of(const Records& records, int64_t row);

/// Whether a row has features and logits as finite numbers.
bool has_source_row(const Records& records, int64_t row);

}  // namespace ttt
