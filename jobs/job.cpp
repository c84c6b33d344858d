#include "jobs/job.h"

#include "pipeline/methods/registry.h"

namespace ttt {

Job open_job(const std::filesystem::path& spec_file, const std::vector<std::string>& assignments,
             const std::filesystem::path& dir) {
  Job job{spec_file, assignments, dir, read_job_spec(spec_file, assignments, spec_registry())};
  if (job.dir.empty()) job.dir = std::filesystem::path("runs") / job.spec.name;
  return job;
}

}  // namespace ttt
