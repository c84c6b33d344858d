#pragma once
#include "pipeline/checks/findings.h"
#include "schemas/job_spec.h"
#include "schemas/test_set.h"

namespace ttt {

/// The same as check_data() for a source of sequences: opens both parts, counts documents and tokens, and
/// makes every sample of both splits. Returns the test set without its tokens, no sample when the source
/// cannot be opened.
TestSet check_sequences(const JobSpec& spec, Findings& findings);

/// Counts the sequences of a test set by split and shift.
void describe_sequences(const TestSet& set, Findings& findings);

}  // namespace ttt
