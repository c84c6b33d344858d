#include "pipeline/results/aggregate.h"

#include <fmt/format.h>

#include "jobs/inputs.h"
#include "schemas/files/timing_log.h"

namespace ttt {

void aggregate(const Job& job, bool partial) {
  const TestSet set = open_prepared(job).set;
  const Aggregated done =
      aggregate(aggregate_plan(job, plan_run(job.spec, set, job.dir), partial), set, job.files().results());
  publish_timings(job.dir);
  fmt::print("aggregate: {} methods x {} models x {} samples in {}{}\n", done.methods, done.models,
             done.samples, job.files().results().string(),
             done.partial ? " (PARTIAL: units are missing)" : "");
}

}  // namespace ttt
