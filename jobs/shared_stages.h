#pragma once
#include "jobs/job.h"
#include "jobs/stage_scope.h"
#include "pipeline/sharing/communicator.h"
#include "pipeline/sharing/share.h"

namespace ttt {

// The stages that ranks share. Collective; drained when a signal asked to stop and work is left.

/// models/NAME.safetensors for every model group trained by this spec, one model a rank at a time.
Outcome train(const Job& job, const Communicator& communicator, StageScope& scope);

/// segments/METHOD/MODEL/BLOCK.h5 for every unit that has none yet; rank 0 ends with the table of results.
Outcome run(const Job& job, const Communicator& communicator, StageScope& scope);

}  // namespace ttt
