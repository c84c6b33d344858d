// ttt-eval status DIR
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "jobs/alone_subcommand.h"
#include "pipeline/methods/registry.h"
#include "pipeline/process/host.h"
#include "pipeline/standing/standing.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"

namespace ttt {
namespace {

/// A job's spec as its stages leave it.
JobSpec spec_in(const JobFolder& folder) {
  if (std::filesystem::is_regular_file(folder.dir))
    fail(ExitCode::data,
         "{}: is a file; status takes the folder of a job (--out of its stages, by default runs/NAME)",
         folder.dir.string());
  if (!is_there(folder.spec()))
    fail(ExitCode::data,
         "{}: there is no job here, or none has got beyond its first stage (a stage that is done leaves "
         "job.toml)",
         folder.dir.string());
  return read_job_spec(folder.spec(), {}, spec_registry());
}

/// Only reads, so it may be asked from any machine that sees the folder.
void status(const std::filesystem::path& dir) {
  const JobFolder folder{dir};
  const double now = seconds_now();
  fmt::print("{}", standing_text(standing_of(folder, spec_in(folder), now), now));
}

}  // namespace

void add_status(CLI::App& app) {
  const auto dir = std::make_shared<std::string>();
  alone_subcommand(app, "status", "say how far a job is, also while it runs elsewhere",
                   [dir] { status(*dir); })
      ->add_option("DIR", *dir, "folder of the job's files")
      ->required();
}

}  // namespace ttt
