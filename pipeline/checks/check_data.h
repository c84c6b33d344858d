#pragma once
#include "pipeline/checks/findings.h"
#include "schemas/job_spec.h"
#include "schemas/test_set.h"

namespace ttt {

struct CheckOptions {
  int64_t images = 20'000;  // of each part that are decoded, evenly spread; 0: all
};

/// Opens what [data] names: both parts of the source or the user's own test set, and one image under every
/// shift. Counts classes, images, samples and files passed over, and says what may not be meant so.
/// Sequences of tokens: check_sequences.h. Returns what the networks will see: form and class names, without
/// samples; no class when it cannot be opened.
TestSet check_data(const JobSpec& spec, const CheckOptions& options, Findings& findings);

}  // namespace ttt
