#pragma once
#include "pipeline/checks/findings.h"
#include "schemas/job_spec.h"
#include "schemas/test_set.h"

namespace ttt {

/// Whether every group's network fits images of the form of `set`, and every weight file that the spec names
/// fits its network.
void check_models(const JobSpec& spec, const TestSet& set, Findings& findings);

/// Of images: what is mirrored, and whether that was written or is a default.
void check_views(JobSpec spec, Findings& findings);

}  // namespace ttt
