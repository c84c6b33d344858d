#pragma once
#include "jobs/job.h"
#include "pipeline/plan/plan.h"
#include "pipeline/results/aggregate.h"
#include "schemas/files/test_set_file.h"

namespace ttt {

/// [data] as TOML, without what only training reads: what testset.h5 depends on.
std::string test_set_recipe(const JobSpec& spec);

/// The spec as TOML, without what changes no value ([report], lanes, blocks, threads): what results.h5
/// depends on, and the same bytes however it was computed.
std::string results_recipe(JobSpec spec);

/// The test set that `prepare` made, its images still in the file. Throws a data Error when it is missing or
/// was made with other options.
TestSetFile open_prepared(const Job& job);

/// What aggregation checks and publishes.
AggregatePlan aggregate_plan(const Job& job, RunPlan plan, bool partial);

}  // namespace ttt
