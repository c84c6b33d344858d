#pragma once
#include "pipeline/model/architecture.h"
#include "schemas/method_options.h"
#include "schemas/records.h"

namespace ttt {

/// Analytic cost of stopping at each milestone, one prediction included (CostTable).
CostTable cost(const AdaptOptions& options, const Architecture& architecture);
CostTable cost(const VoteOptions& options, const Architecture& architecture);

/// Numbers of votes at which a prediction is recorded: 1, 2, 4, ..., views.
std::vector<int> vote_milestones(const VoteOptions& options);

/// Votes that cost no more than `flops`, at most the distinct views there are, at least 1.
int affordable_views(const VoteOptions& options, const Architecture& architecture, double flops);

}  // namespace ttt
