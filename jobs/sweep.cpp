// ttt-eval sweep SPEC: choose on the split tune, report on the split report.
#include <fmt/format.h>

#include "jobs/inputs.h"
#include "jobs/job.h"
#include "pipeline/analysis/choose.h"
#include "pipeline/methods/registry.h"
#include "pipeline/report/choice_html.h"
#include "schemas/durable_file.h"
#include "schemas/files/digest.h"

namespace ttt {
namespace {

/// The job of one half of the sweep: its spec is written into the folder, and its stages read it there.
Job half(const Job& job, const std::string& name, const std::string& comment, JobSpec spec) {
  const std::filesystem::path file = sweep_folder(job.dir) / (name + ".toml");
  if (spec.report.title.empty()) spec.report.title = job.spec.name;
  publish(file, fmt::format("# {}\n{}", comment, to_toml(spec)));
  return open_job(file, {}, job.dir);
}

Job tune_job(const Job& job, const std::vector<Sweep>& sweeps) {
  std::vector<std::string> swept;
  for (const Sweep& sweep : sweeps) swept.insert(swept.end(), sweep.methods.begin(), sweep.methods.end());
  JobSpec spec = with_methods(job.spec, swept);
  spec.run.split = RunSplit::tune;
  return half(job, "tune", "What `ttt-eval sweep` chose from, on the split tune.", std::move(spec));
}

/// Every method that is no part of a sweep, and of each sweep what was chosen.
Job chosen_job(const Job& job, const std::vector<Sweep>& sweeps, const SweepChoices& choices) {
  std::vector<std::string> kept;
  for (const MethodOptions& method : job.spec.methods)
    if (std::ranges::none_of(sweeps, [&](const Sweep& sweep) {
          return std::ranges::find(sweep.methods, method.name) != sweep.methods.end();
        }))
      kept.push_back(method.name);
  for (const SweepChoice& choice : choices.choices) kept.push_back(choice.points[choice.chosen].method);
  return half(job, "chosen", "What `ttt-eval sweep` reports: see choice.toml.", with_methods(job.spec, kept));
}

/// Joins what was evaluated on tune, chooses, and leaves both in the folder.
SweepChoices choose(const Job& tune, const std::vector<Sweep>& sweeps) {
  const TestSet set = open_prepared(tune).set;
  const RunPlan plan = plan_run(tune.spec, set, tune.dir);
  const std::filesystem::path folder = sweep_folder(tune.dir);
  const std::filesystem::path file = JobFolder{folder}.results();
  aggregate(aggregate_plan(tune, plan, false), set, file);
  const Results results = read_results(file, is_analysed);
  SweepChoices choices = choose_on_tune(analyse(results, tune.spec.report), sweeps);
  for (SweepChoice& choice : choices.choices) {
    const std::string& name = choice.points[choice.chosen].method;
    choice.options = digest(to_toml(*std::ranges::find(plan.methods, name, &MethodOptions::name)));
  }
  publish(folder / "sweep.csv", choices_csv(choices));
  write_choices(folder / "choice.toml", choices);
  fmt::print("\n{}\n{}\n", choices_table(choices), choices_text({}, choices));
  return choices;
}

}  // namespace

std::filesystem::path sweep_folder(const std::filesystem::path& dir) { return dir / "sweep"; }

ExitCode sweep(const Job& job, const AllOptions& options) {
  const std::vector<Sweep> sweeps = sweeps_of(job.spec_file, job.assignments, spec_registry());
  require(!sweeps.empty(),
          "{}: sweeps nothing; give a key of a method a list of values, e.g. learning_rate = [0.001, 0.01]",
          job.spec_file.string());
  require(
      job.spec.run.split != RunSplit::tune,
      "run.split is \"tune\": a sweep chooses on tune by itself and reports on another split (\"report\")");
  const Job tune = tune_job(job, sweeps);
  AllOptions first = options;
  first.stages = {"prepare", "train", "run"};
  if (const ExitCode code = all(tune, first); code != ExitCode::complete) return code;
  return all(chosen_job(job, sweeps, choose(tune, sweeps)), options);
}

}  // namespace ttt
