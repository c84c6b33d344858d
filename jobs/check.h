#pragma once
#include "jobs/job.h"
#include "pipeline/checks/check_data.h"

namespace ttt {

/// Opens everything that the job's spec names and says what it found on standard output; runs nothing and
/// writes nothing. Each problem is a line on standard error. Returns the exit code of the first, or 0.
ExitCode check(const Job& job, const CheckOptions& options);

}  // namespace ttt
