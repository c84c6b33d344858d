#pragma once
#include "pipeline/analysis/analysis.h"
#include "schemas/choice.h"
#include "schemas/job_spec.h"

namespace ttt {

/// Of every sweep the method and milestone of the best value on the split tune, over all shifted
/// samples and source models; the mean over model groups where there are several; of equal ones the cheapest.
/// Milestone 0, which is the source model's own prediction, is not chosen. Throws a data Error when a method
/// of a sweep is not in the analysis. `options` of the choices are left empty.
SweepChoices choose_on_tune(const Analysis& analysis, const std::vector<Sweep>& sweeps);

/// The spec with the methods that `keep` names and those that their options name. A report.method that is no
/// longer there is left to the default.
JobSpec with_methods(const JobSpec& spec, const std::vector<std::string>& keep);

}  // namespace ttt
