#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"
#include "schemas/choice.h"

namespace ttt {

/// What a sweep chose, and what it chose from: a part of the report. "" without choices.
std::string choices_html(const Analysis& analysis, const SweepChoices& choices);

/// The choices as sentences for the terminal; with what became of them on the split report where `analysis`
/// holds it.
std::string choices_text(const Analysis& analysis, const SweepChoices& choices);

/// Every point of the sweeps as a plain table, the chosen ones marked.
std::string choices_table(const SweepChoices& choices);

}  // namespace ttt
