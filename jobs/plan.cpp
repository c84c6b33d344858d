#include "jobs/plan.h"

#include <sched.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <sstream>

#include "jobs/inputs.h"
#include "jobs/probes.h"
#include "pipeline/engine/environment.h"
#include "pipeline/forecast/forecast.h"
#include "pipeline/process/host.h"
#include "pipeline/process/progress.h"
#include "pipeline/testset/prepare.h"
#include "schemas/durable_file.h"

namespace ttt {
namespace {

int cores_here() {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

/// Ranks that this machine has cores for; one of a GPU, whose kernels have it to themselves.
int side_by_side(const JobSpec& spec, int ranks) {
  if (spec.run.device == Device::cuda) return 1;
  return std::clamp(cores_here() / spec.run.threads, 1, ranks);
}

bool is_prepared(const Job& job) {
  return is_there(job.files().test_set_recipe()) && is_there(job.files().test_set());
}

/// A word for a shell.
std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || std::strchr("_-./=:,+@%", c);
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

/// A third more than the forecast and the time that a signal comes before the limit, in steps of 5 minutes.
double generous(double seconds) { return 300 * std::ceil((1.33 * seconds + 180) / 300); }

std::string limit_text(double seconds) {
  const auto whole = static_cast<int64_t>(seconds);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

std::string submit_line(const Job& job, const PlanOptions& options, const Forecast& f) {
  const int here = std::max(1, cores_here() / f.threads);
  const int per_node = std::min(options.ranks, options.ranks_per_node > 0 ? options.ranks_per_node : here);
  std::string line = "slurm/submit " + quoted(job.spec_file.string()) + " --out " + quoted(job.dir.string());
  for (const std::string& assignment : job.assignments) line += " --set " + quoted(assignment);
  line +=
      fmt::format(" --nodes {} --ntasks-per-node {}", (options.ranks + per_node - 1) / per_node, per_node);
  if (f.threads > 1) line += fmt::format(" --cpus-per-task {}", f.threads);
  if (f.gpu) line += " --gpus-per-task 1";
  return line + " --time " +
         (options.time_limit.empty() ? limit_text(generous(f.total())) : options.time_limit);
}

void print_limit(const Forecast& f, double limit) {
  const Attempts a = attempts_of(f, limit);
  if (a.fits) {
    fmt::print("limit      fits into one attempt of {}\n", clock_text(limit));
  } else if (a.ends) {
    fmt::print(
        "limit      {} requeue(s): an attempt of {} works for {}, of which {} in the mean are left half done "
        "at its end\n",
        a.requeues, clock_text(limit), clock_text(a.usable), clock_text(f.lost_each));
  } else {
    fmt::print(
        "limit      NEVER ENDS: one unit ({}) takes {}, and an attempt of {} works for {} (raise the limit; "
        "a "
        "smaller run.block makes smaller units, but for streams)\n",
        f.longest_unit_name, clock_text(f.longest_unit), clock_text(limit),
        clock_text(std::max(0.0, a.usable)));
  }
}

}  // namespace

double seconds_of_limit(const std::string& text) {
  const auto wrong = [&]() {
    fail(ExitCode::spec, "--time-limit {}: is no time (H:M:S or D-H:M:S, e.g. 4:00:00)", text);
  };
  const size_t dash = text.find('-');
  std::istringstream in(dash == std::string::npos ? text : text.substr(dash + 1));
  const double days = dash == std::string::npos ? 0 : std::atof(text.substr(0, dash).c_str());
  double hours = -1, minutes = -1, seconds = -1;
  char colon = 0, colon2 = 0;
  if (!(in >> hours >> colon >> minutes >> colon2 >> seconds) || colon != ':' || colon2 != ':' || !in.eof())
    wrong();
  if (hours < 0 || minutes < 0 || seconds < 0 || text.starts_with('-')) wrong();
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

void plan(const Job& job, const PlanOptions& options) {
  const JobSpec& spec = job.spec;
  const double limit = options.time_limit.empty() ? 0 : seconds_of_limit(options.time_limit);
  const bool prepared = is_prepared(job);
  const TestSetFile file = prepared ? open_prepared(job) : describe_test_set(spec.data);
  const RunPlan units = plan_units(spec, file.set);
  ForecastOptions where{options.ranks, prepared, 0, training_length(spec)};
  for (const SourceModel& model : units.models)
    where.trained += model.weights.empty() && is_there(weights_file(job.dir, model));

  const int probes = side_by_side(spec, options.ranks);
  const Timings measured = measure_side_by_side(probes, [&] {
    prepare_process(spec.run, 0);
    // A file that is open in two processes is read by one place in it.
    return measure(spec, prepared ? open_prepared(job) : file, units, job.dir, {options.seconds});
  });
  const Forecast f = forecast(spec, file.set, units, measured, job.dir, where);
  if (options.sbatch) return fmt::print("{}\n", submit_line(job, options, f));
  fmt::print("{}\n", forecast_text(f, spec, file.set));
  fmt::print(
      "measured   on {} with {} rank(s) side by side; other machines, and ranks that share more than these "
      "do, "
      "differ\n",
      host_name(), probes);
  if (limit > 0) print_limit(f, limit);
  fmt::print("submit     {}\n", submit_line(job, options, f));
}

}  // namespace ttt
