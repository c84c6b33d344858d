#pragma once
#include <string>

#include "jobs/job.h"

namespace ttt {

struct PlanOptions {
  int ranks = 1;           // that train and run will have
  int ranks_per_node = 0;  // of the submit line; 0: as many as this machine has cores for
  std::string time_limit;  // H:M:S or D-H:M:S of one attempt; "": none
  double seconds = 1;      // of running each thing that is measured
  bool sbatch = false;     // print only the line that submits the job
};

/// What the job will take: per method and per stage, by running a second of each here, with as many
/// processes side by side as it will have ranks on this machine. Writes nothing.
void plan(const Job& job, const PlanOptions& options);

/// Seconds of H:M:S or D-H:M:S. Throws a spec Error for anything else.
double seconds_of_limit(const std::string& text);

}  // namespace ttt
