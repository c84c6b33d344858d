#pragma once
#include <string>

#include "pipeline/analysis/analysis.h"
#include "pipeline/report/sample_pictures.h"

namespace ttt {

/// The samples that most models fixed and broke under the method under test, with the pictures there are,
/// folded; "" where there are none.
std::string samples_html(const Analysis& analysis, const Section& section, const SamplePictures& pictures);

}  // namespace ttt
