#pragma once
#include <string>

#include "schemas/files/results.h"

namespace ttt {

/// The first thing in which two results differ, in a few words ("method ttt, model joint-1, sample 17:
/// logits"), or "". Values are compared bit by bit.
std::string first_difference(const Results& a, const Results& b);

}  // namespace ttt
