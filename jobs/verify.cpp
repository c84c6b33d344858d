// ttt-eval verify DIR: does a finished job hold what it says? Changes nothing in the folder.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>

#include "jobs/alone_subcommand.h"
#include "jobs/inputs.h"
#include "pipeline/engine/environment.h"
#include "pipeline/methods/registry.h"
#include "pipeline/plan/provenance.h"
#include "pipeline/verify/fault_report.h"
#include "pipeline/verify/origin.h"
#include "pipeline/verify/recompute.h"
#include "pipeline/verify/results_difference.h"
#include "pipeline/verify/stored_segments.h"
#include "pipeline/verify/temporary_folder.h"
#include "schemas/durable_file.h"
#include "schemas/files/digest.h"
#include "schemas/weights.h"

namespace ttt {
namespace {

struct VerifyOptions {
  std::string dir;
  int episodes = 5;
  uint64_t seed = 1;
};

/// A job's folder as it was found.
struct FinishedJob {
  Job job;
  Results results;
  TestSetFile test_set;
  RunPlan plan;
  std::vector<RunUnit> stored = {};  // the units as the segments cut them
  bool complete = false;             // every record has a segment
};

/// Everything the checks below need; false where a fault leaves nothing to check.
bool open_finished(const std::filesystem::path& dir, FaultReport& report, FinishedJob& found) {
  found.job.dir = dir;
  return report.check([&] {
    if (!is_there(found.job.files().results()))
      fail(ExitCode::data, "{}: is missing; `ttt-eval aggregate` makes it",
           found.job.files().results().string());
    found.results = read_results(found.job.files().results());
    found.job.spec =
        parse_job_spec(found.results.spec, found.job.files().results().string(), spec_registry());
    require_origin(found.results, "data", found.job.files().test_set());
    for (const SourceModel& model : source_models(found.job.spec))
      require_origin(found.results, "model " + model.name, weights_file(dir, model));
    found.test_set = open_test_set(found.job.files().test_set());
    found.plan = plan_run(found.job.spec, found.test_set.set, dir);
  });
}

/// Every seal, and every record once; leaves the units in the plan.
void check_segments(const std::filesystem::path& dir, FaultReport& report, FinishedJob* job) {
  const StoredSegments stored = read_stored_segments(dir);
  report.faults(stored.faults);
  fmt::print("segments: {} intact, {} damaged\n", stored.intact.size(), stored.faults.size());
  if (!stored.abandoned.empty())
    fmt::print("segments: {} left by killed processes (*.part), which nothing reads\n",
               stored.abandoned.size());
  if (!job) return;
  UnitCover units = cover(dir, job->plan.units, stored.intact);
  report.faults(units.copies);
  for (const RunUnit& unit : units.missing)
    if (!job->results.partial)
      report.fault(fmt::format("{}/{}: {} samples from sample {} on have no segment", unit.method.name,
                               unit.model.name, unit.samples.size(), unit.samples[0]));
  if (units.others > 0)
    fmt::print("segments: {} of other options, splits or block sizes, which these results do not use\n",
               units.others);
  job->plan.units = job->stored = std::move(units.units);
  job->complete = units.missing.empty();
  if (job->results.partial)  // which say of these that they are missing
    std::ranges::move(units.missing, std::back_inserter(job->plan.units));
}

/// In what two files of results differ; "" where their bytes are the same.
std::string difference_of(const std::filesystem::path& there, const std::filesystem::path& again) {
  if (digest_file(there) == digest_file(again)) return "";
  const std::string found = first_difference(read_results(there), read_results(again));
  return found.empty() ? "how the same values are stored" : found;
}

/// What aggregate would make of the segments, against what is there.
void check_results(FaultReport& report, const FinishedJob& job) {
  if (!job.complete && !job.results.partial) return;  // which was said
  const TemporaryFolder folder;
  const std::filesystem::path again = JobFolder{folder.path()}.results();
  Aggregated made;
  const bool is_made = report.check([&] {
    made = aggregate(aggregate_plan(job.job, job.plan, job.results.partial), job.test_set.set, again);
  });
  if (!is_made) return;
  const std::string difference = difference_of(job.job.files().results(), again);
  if (!difference.empty())
    report.fault(
        fmt::format("{}: is not what its segments make: {}", job.job.files().results().string(), difference));
  else
    fmt::print("results: {} methods x {} models x {} samples, as their segments make them\n", made.methods,
               made.models, made.samples);
}

void check_episodes(const VerifyOptions& options, FaultReport& report, const FinishedJob& job) {
  prepare_process(job.job.spec.run, 0);
  std::map<std::string, SourceNetwork> loaded;
  const auto source = [&](const SourceModel& model) -> const SourceNetwork& {
    const auto found = loaded.find(model.name);
    if (found != loaded.end()) return found->second;
    const Network& network = *job.plan.network.at(model.group);
    return loaded.emplace(model.name, network.load(weights_file(job.job.dir, model))).first->second;
  };
  const RunOptions& run = job.job.spec.run;
  const RecomputeInput input{job.results, job.test_set, run.seed, run.logits, source};
  const std::string other = made_elsewhere(job.results, provenance(run));
  int same = 0;
  const auto episodes = choose_episodes(job.stored, options.episodes, options.seed);
  for (const ChosenEpisode& episode : episodes) {
    const std::string difference = recompute(episode, input);
    if (difference.empty())
      ++same;
    else
      report.fault(difference + (other.empty() ? "" : " (made elsewhere: " + other + ")"));
  }
  fmt::print("episodes: {} of {} done again have the same bytes{}\n", same, episodes.size(),
             other.empty() ? "" : "; made elsewhere (" + other + ")");
}

void verify(const VerifyOptions& options) {
  if (!std::filesystem::is_directory(options.dir))
    fail(ExitCode::data, "{}: is no folder; name that of a finished job", options.dir);
  FaultReport report;
  FinishedJob job;
  const bool opened = open_finished(options.dir, report, job);
  check_segments(options.dir, report, opened ? &job : nullptr);
  if (opened) check_results(report, job);
  if (opened && options.episodes > 0) check_episodes(options, report, job);
  if (report.count() > 0) fail(ExitCode::data, "{}: {} fault(s), named above", options.dir, report.count());
  fmt::print("verify: {} is as it was made\n", options.dir);
}

}  // namespace

void add_verify(CLI::App& app) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* sub =
      alone_subcommand(app, "verify", "check a finished job: seals, records, results, some episodes again",
                       [options] { verify(*options); });
  sub->add_option("DIR", options->dir, "folder of the job, which is not changed")->required();
  sub->add_option("--episodes", options->episodes, "so many episodes are done again")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  sub->add_option("--seed", options->seed, "which ones")->capture_default_str();
}

}  // namespace ttt
