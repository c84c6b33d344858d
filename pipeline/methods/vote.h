#pragma once
#include "pipeline/methods/source_network.h"
#include "schemas/method_options.h"
#include "schemas/records.h"

namespace ttt {

/// Test-time augmentation on K samples: the plain image votes first, then distinct views of it in a drawn
/// order. Logits and scores are those of the mean probability of the votes so far; under the majority rule
/// the prediction is the class most views chose, ties going to the larger mean probability. Row k is sample
/// k.
Records evaluate(const VoteOptions& options, const SourceNetwork& source, const Samples& samples,
                 uint64_t seed, bool keep_logits);

}  // namespace ttt
