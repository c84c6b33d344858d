#include "jobs/check.h"

#include <algorithm>

#include "jobs/exit.h"
#include "jobs/inputs.h"
#include "jobs/made_with.h"
#include "pipeline/checks/check_models.h"
#include "pipeline/plan/plan.h"
#include "schemas/durable_file.h"

namespace ttt {
namespace {

/// What lies in the job's folder must be of this spec.
void check_folder(const Job& job, Findings& findings) {
  const JobFolder files = job.files();
  const bool prepared = is_there(files.test_set_recipe());
  findings.facts.emplace_back("folder", job.dir.string() + (prepared ? ": prepared already" : ""));
  if (prepared)
    findings.attempt([&] {
      require_made_with(files.test_set(), read_file(files.test_set_recipe()), test_set_recipe(job.spec));
    });
}

void print(const Findings& findings) {
  size_t width = 0;
  for (const auto& [name, text] : findings.facts) width = std::max(width, name.size());
  for (const auto& [name, text] : findings.facts) fmt::print("{:<{}}  {}\n", name, width, text);
  for (const std::string& note : findings.notes) fmt::print("note: {}\n", note);
  const size_t problems = findings.problems.size();
  fmt::print("check: {}\n", problems == 0   ? "nothing is wrong with it"
                            : problems == 1 ? "one problem"
                                            : fmt::format("{} problems", problems));
  std::fflush(stdout);
  for (const Error& problem : findings.problems) print("ttt-eval", problem);
}

}  // namespace

ExitCode check(const Job& job, const CheckOptions& options) {
  Findings findings;
  findings.facts.emplace_back("spec",
                              fmt::format("{}: {} method(s), {} group(s) of models", job.spec_file.string(),
                                          job.spec.methods.size(), job.spec.models.size()));
  const TestSet form = check_data(job.spec, options, findings);
  check_models(job.spec, form, findings);
  check_views(job.spec, findings);
  if (form.tokens && findings.problems.empty()) findings.attempt([&] { plan_units(job.spec, form); });
  check_folder(job, findings);
  print(findings);
  return findings.problems.empty() ? ExitCode::complete : findings.problems.front().code();
}

}  // namespace ttt
