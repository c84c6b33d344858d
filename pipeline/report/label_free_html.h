#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// How well the accuracy of the source models is told without labels; "" where it was not estimated.
std::string label_free_html(const Section& section);

}  // namespace ttt
