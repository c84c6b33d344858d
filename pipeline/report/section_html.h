#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"
#include "pipeline/report/sample_pictures.h"

namespace ttt {

/// One section of the report: findings, pictures and tables of a model group on a split.
std::string section_html(const Analysis& analysis, const Section& section, int number,
                         const SamplePictures& pictures);

/// "small", or "small, split tune (...)", as headings and links name a section.
std::string section_name(const Section& section);

}  // namespace ttt
