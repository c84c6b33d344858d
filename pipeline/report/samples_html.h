#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// The samples that most models fixed and broke under the method under test, folded; "" where there are none.
std::string samples_html(const Section& section);

}  // namespace ttt
