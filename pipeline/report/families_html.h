#pragma once
#include <string>

#include "pipeline/analysis/families.h"

namespace ttt {

/// What the best of a family reaches and at which cost, as one sentence; for policies beside what they
/// brought along.
std::string family_conclusion(const Analysis& analysis, const Section& section, const Family& family);

/// A part for each family as HTML: its conclusion, and folded below it every point and, where the main figure
/// does not draw them all, its curves.
std::string families_html(const Analysis& analysis, const Section& section);

}  // namespace ttt
