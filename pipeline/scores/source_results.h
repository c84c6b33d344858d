#pragma once
#include <span>
#include <string>

#include "schemas/files/results.h"

namespace ttt {

/// The method whose milestone 0 is the source models' own prediction: the first that has one; nullptr when
/// there is none.
const MethodResults* source_results(const Results& results);

/// Throws a data Error that names `who` unless the method's logits were kept.
void require_logits(const MethodResults& method, const std::string& who);

/// The logits [C] of a row at milestone 0.
std::span<const float> source_logits(const Records& records, int64_t row);

}  // namespace ttt
