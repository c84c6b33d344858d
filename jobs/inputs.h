#pragma once
#include "jobs/job.h"
#include "pipeline/aggregate.h"
#include "pipeline/plan.h"
#include "schemas/test_set.h"

namespace ttt {

/// The test set that `prepare` made. Throws a data Error when it is missing or was made with other options.
TestSet read_prepared(const Job& job);

/// What aggregation checks and publishes.
AggregatePlan aggregate_plan(const Job& job, const RunPlan& plan, bool partial);

}  // namespace ttt
