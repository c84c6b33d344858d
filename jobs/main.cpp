// The command line. Every Error ends here, as one line on standard error and its exit code.
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>

#include "jobs/alone_subcommand.h"
#include "jobs/bench.h"
#include "jobs/check.h"
#include "jobs/examples.h"
#include "jobs/exit.h"
#include "jobs/job.h"
#include "jobs/list.h"
#include "jobs/plan.h"
#include "jobs/replay.h"
#include "jobs/shared_stages.h"
#include "jobs/stage_scope.h"
#include "pipeline/plan/provenance.h"
#include "pipeline/process/stop_request.h"
#include "pipeline/sharing/failure.h"
#include "pipeline/sharing/launch_environment.h"
#include "pipeline/testset/prepare.h"
#include "schemas/closest_name.h"

namespace ttt {
namespace {

constexpr const char* program = "ttt-eval";

/// What was written on the command line.
struct CommandLine {
  std::string spec, out;
  std::vector<std::string> assignments;
  AllOptions all;
  bool partial = false;
  BenchOptions bench;
  CheckOptions check;
  PlanOptions plan;
  ListOptions list;

  Job job() const { return open_job(spec, assignments, out); }
};

/// A stage that ranks share. MPI is started first, so that a wrong spec is one line however many ranks read
/// it, and one that a single rank cannot read stops them all.
int on_ranks(const CommandLine& line, const std::string& name,
             Outcome (*stage)(const Job&, const Communicator&, StageScope&), int argc, char** argv) {
  catch_stop_signals();
  Communicator communicator(&argc, &argv);
  ExitCode result = ExitCode::internal;
  try {
    Job job;
    agree(communicator, [&] { job = line.job(); });
    StageScope scope(job, name, communicator.size(), communicator.rank() == 0);
    result = scope.run([&] {
      const Outcome outcome = stage(job, communicator, scope);
      return outcome == Outcome::complete ? ExitCode::complete : ExitCode::drained;
    });
    if (result == ExitCode::drained && communicator.rank() == 0)
      fmt::print(stderr, "ttt-eval: stopped with work left; the same command goes on\n");
  } catch (const Error& error) {
    if (communicator.rank() == 0) print(program, error);
    result = error.code();
  }
  return communicator.finish(result);
}

/// A stage that one process does.
void alone(const Job& job, const std::string& name, const std::function<void()>& stage) {
  StageScope(job, name, 1, true).run([&] {
    stage();
    return ExitCode::complete;
  });
}

/// Adds a subcommand with what all of them take.
CLI::App* subcommand(CLI::App& app, CommandLine& line, const std::string& name, const std::string& what) {
  CLI::App* sub = app.add_subcommand(name, what);
  sub->add_option("SPEC", line.spec, "job spec (TOML), see jobs/specs")->required();
  sub->add_option("--out", line.out, "folder of the job's files (default: runs/ and the spec's name)");
  sub->add_option("--set", line.assignments, "KEY=VALUE: change a key of the spec, e.g. --set run.seed=2")
      ->allow_extra_args(false);
  return sub;
}

/// `plan` takes what the job will have.
CLI::App* plan_options(CLI::App* sub, PlanOptions& plan) {
  sub->add_option("--ranks", plan.ranks, "ranks that train and run will have")
      ->check(CLI::Range(1, 1'000'000));
  sub->add_option("--ranks-per-node", plan.ranks_per_node,
                  "of the submit line (default: as many as fit on this machine)")
      ->check(CLI::Range(1, 4096));
  sub->add_option("--time-limit", plan.time_limit, "H:M:S of one attempt: says whether the job fits");
  sub->add_option("--seconds", plan.seconds, "of running each method (default 1); more measure better")
      ->check(CLI::Range(0.01, 3600.0));
  sub->add_flag("--sbatch", plan.sbatch, "print only the line that submits the job");
  return sub;
}

/// `list` takes no spec.
CLI::App* list_subcommand(CLI::App& app, ListOptions& options) {
  CLI::App* sub = app.add_subcommand("list", "show what a spec can name, with what it needs and costs");
  CLI::Option* what =
      sub->add_option("NAME", options.names, "registries or names in them; without: everything");
  sub->add_flag("--keys", options.keys, "every key of a spec as Markdown (docs/keys.md)")->excludes(what);
  return sub;
}

/// CLI11 would only say that a subcommand is missing.
void require_subcommand(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands(nullptr)) names.push_back(sub->get_name());
  require(word.starts_with('-') || std::ranges::find(names, word) != names.end(),
          "{}: no such subcommand ({}){}", word, fmt::join(names, ", "),
          did_you_mean(word, {names.begin(), names.end()}));
}

int dispatch(int argc, char** argv) {
  CommandLine line;
  CLI::App app("Measures what test-time training buys and what it costs.", program);
  app.set_version_flag("--version", "ttt-eval " + program_version());
  app.require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& what) {
    return subcommand(app, line, name, what);
  };
  CLI::App* prepare_ = add("prepare", "make the shifted test set");
  CLI::App* train_ = add("train", "train the source models (under mpirun or srun: one a rank)");
  CLI::App* run_ =
      add("run", "evaluate every sample under every method (under mpirun or srun: shared by ranks)");
  CLI::App* aggregate_ = add("aggregate", "check that every record is there and write results.h5");
  CLI::App* report_ = add("report", "write report.html, curves.csv, curve.svg and figures/");
  CLI::App* all_ = add("all", "do every stage that is not done yet");
  CLI::App* sweep_ =
      add("sweep", "choose among swept methods on the split tune, then report what was chosen");
  CLI::App* bench_ = add("bench", "measure the engine alone");
  aggregate_->add_flag("--partial", line.partial,
                       "publish although units are missing, labelled so everywhere");
  for (CLI::App* several : {all_, sweep_})
    several->add_option("--ranks", line.all.ranks, "ranks of train and run, started by mpirun")
        ->check(CLI::Range(1, 4096));
  bench_->add_flag("--json", line.bench.json, "print one JSON object");
  bench_
      ->add_option("--check", line.bench.check,
                   "compare so many episodes with the same in float64 on the CPU")
      ->check(CLI::Range(1, 1024));
  CLI::App* check_ = add("check", "open everything that the spec names, and run nothing");
  check_
      ->add_option("--images", line.check.images,
                   "images of each part to decode, evenly spread (0: all; default 20000)")
      ->check(CLI::Range(int64_t{0}, int64_t{1'000'000'000}));
  CLI::App* plan_ =
      plan_options(add("plan", "say what the job will take, by running a second of it"), line.plan);
  CLI::App* list_ = list_subcommand(app, line.list);
  add_init(app);
  add_status(app);
  add_inspect(app);
  add_compare(app);
  add_verify(app);
  add_completion(app);
  add_replay(app);
  add_examples(app);
  if (argc > 1) require_subcommand(app, argv[1]);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    fail(ExitCode::spec, "{} (see ttt-eval --help)", error.what());
  }
  if (*train_) return on_ranks(line, "train", train, argc, argv);
  if (*run_) return on_ranks(line, "run", run, argc, argv);
  check_alone(read_launch_environment(std::getenv), app.get_subcommands().front()->get_name());
  const auto stage = [&](const char* name, const std::function<void(const Job&)>& work) {
    const Job job = line.job();
    alone(job, name, [&] { work(job); });
  };
  if (*prepare_) stage("prepare", prepare);
  if (*aggregate_) stage("aggregate", [&](const Job& job) { aggregate(job, line.partial); });
  if (*report_) stage("report", report);
  if (*check_) return static_cast<int>(check(line.job(), line.check));
  if (*plan_) plan(line.job(), line.plan);
  if (*list_) list(line.list);
  if (*bench_) {
    const JobSpec spec = line.job().spec;
    bench(spec, build_test_set(spec.data), line.bench);
  }
  if (*sweep_) return static_cast<int>(sweep(line.job(), line.all));
  if (*all_) return static_cast<int>(all(line.job(), line.all));
  return 0;
}

}  // namespace
}  // namespace ttt

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file past `ulimit -f` then fails like one on a full disk
  // A wrong command line is one line, not one a rank.
  return ttt::exit_code_of(
      ttt::program, [&] { return ttt::dispatch(argc, argv); }, ttt::prints_early_errors);
}
