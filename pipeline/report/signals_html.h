#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// "When does it help?": what tells of a sample that the method under test helps it, and the gain by the
/// entropy of the source model's prediction. "" where the section has no signals.
std::string signals_html(const Analysis& analysis, const Section& section);

}  // namespace ttt
