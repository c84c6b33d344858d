#pragma once
#include "pipeline/methods/source_network.h"
#include "schemas/method_options.h"
#include "schemas/records.h"

namespace ttt {

/// K episodes side by side: reset, adapt each lane on its own sample, predict at the milestones, record. A
/// lane whose loss or gradient is not finite stops as `diverged`, one whose rotation head is sure enough is
/// `skipped`; neither changes a byte of its neighbours. Row k is sample k.
Records evaluate(const AdaptOptions& options, const SourceNetwork& source, const Samples& samples,
                 uint64_t seed, bool keep_logits);

}  // namespace ttt
