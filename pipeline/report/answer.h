#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"

namespace ttt {

/// "At this budget, use this": what a reader wants to know first, as HTML and as plain text. "" for a tune
/// split whose choices the report split judges.
std::string answer_html(const Analysis& analysis, const Section& section);
std::string answer_text(const Analysis& analysis, const Section& section);

}  // namespace ttt
