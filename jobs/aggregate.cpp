#include "pipeline/results/aggregate.h"

#include <fmt/format.h>

#include "jobs/inputs.h"
#include "schemas/files/results.h"
#include "schemas/files/timing_log.h"

namespace ttt {

void aggregate(const Job& job, bool partial) {
  const TestSet set = open_prepared(job).set;
  const RunPlan plan = plan_run(job.spec, set, job.dir);
  const Results results = aggregate(aggregate_plan(job, plan, partial), set);
  write_results(job.results(), results);
  publish_timings(job.dir);
  fmt::print("aggregate: {} methods x {} models x {} samples in {}{}\n", results.methods.size(),
             results.model.size(), results.sample.size(), job.results().string(),
             results.partial ? " (PARTIAL: units are missing)" : "");
}

}  // namespace ttt
