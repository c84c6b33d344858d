#pragma once
#include <string>
#include <string_view>

#include "pipeline/analysis/job_comparison.h"
#include "pipeline/report/figure.h"

namespace ttt {

/// In what two jobs differ, as one HTML file in the look of the report.
std::string comparison_html(const JobComparison& comparison);

/// The same in brief as plain text for the terminal.
std::string comparison_text(const JobComparison& comparison);

/// What the tests say of job b against job a for every method at the last milestone both have, in sentences.
std::vector<std::string> comparison_sentences(const JobComparison& comparison, const PairedSection& section);

/// Difference of every method at the last milestone both have, with intervals and each source model.
Figure difference_figure(const JobComparison& comparison, const PairedSection& section);

/// Value against cost of both jobs, a part a method.
Figure paired_curves_figure(const JobComparison& comparison, const PairedSection& section);

/// What to know of samples that were paired across two test sets; "" of one.
std::string_view pairing_remark(const JobComparison& comparison);

/// "joint", or "joint, split tune", as headings name a section.
std::string section_name(const PairedSection& section);

}  // namespace ttt
