#include "jobs/inputs.h"

#include "jobs/made_with.h"
#include "pipeline/methods/registry.h"
#include "schemas/durable_file.h"
#include "schemas/files/segment.h"

namespace ttt {

std::string test_set_recipe(const JobSpec& spec) {
  DataOptions data = spec.data;
  data.train_images = DataOptions().train_images;
  return to_toml(data);
}

std::string results_recipe(JobSpec spec) {
  spec.run.lanes = 0;
  spec.run.block = 0;
  spec.run.threads = RunOptions().threads;
  spec.report = {};
  return to_toml(spec);
}

TestSetFile open_prepared(const Job& job) {
  const std::filesystem::path options = job.files().test_set_recipe();
  if (!is_there(job.files().test_set()) || !is_there(options))
    fail(ExitCode::data, "{}: there is no test set yet; run `ttt-eval prepare {}` first",
         job.files().test_set().string(), job.spec_file.string());
  require_made_with(job.files().test_set(), read_file(options), test_set_recipe(job.spec));
  return open_test_set(job.files().test_set());
}

namespace {

/// Aggregation may happen elsewhere than the run: of what describes the machine and the program, the units
/// only have to agree with one another. Takes it from the first segment that can be read.
void adopt_environment(const std::filesystem::path& dir, std::vector<RunUnit>& units) {
  Fingerprint found;
  for (const RunUnit& unit : units) {
    try {
      found = read_segment_fingerprint(segment_file(dir, unit));
      break;
    } catch (const Error&) {  // missing or corrupt: aggregate() says so
    }
  }
  for (const std::string key : {"code", "libtorch", "device", "isa"})
    if (found.contains(key))
      for (RunUnit& unit : units) unit.fingerprint[key] = found.at(key);
}

/// The final linears of the source models, as their files have them.
MemoryClassifier final_linears(const std::filesystem::path& dir, const std::vector<SourceModel>& models,
                               const decltype(RunPlan::network)& networks) {
  MemoryClassifier linears;
  for (const SourceModel& model : models)
    linears.push_back(image_network(*networks.at(model.group)).final_linear(weights_file(dir, model)));
  return linears;
}

PlannedMethod planned(const Job& job, const RunPlan& plan, size_t index) {
  const MethodOptions& method = plan.methods[index];
  const Method& kind = kind_of(method);
  PlannedMethod p;
  p.facts.name = method.name;
  p.facts.kind = kind.name;
  p.facts.role = kind.role(method.kind.options);
  p.facts.spec = to_toml(method);
  p.facts.milestone_meaning = kind.milestone_meaning;
  p.facts.unit = kind.unit;
  p.facts.note = plan.notes[index];
  if (kind.derivation) {
    p.reads = [reads = kind.derivation->reads, method](const Results& outlines) {
      return reads(method.kind.options, outlines);
    };
    p.derive = [derive = kind.derivation->derive, method, seed = job.spec.run.seed, dir = job.dir,
                models = plan.models, networks = plan.network](const Results& results) {
      return derive(method.name, method.kind.options,
                    {results, seed, [&] { return final_linears(dir, models, networks); }});
    };
  }
  return p;
}

}  // namespace

AggregatePlan aggregate_plan(const Job& job, RunPlan plan, bool partial) {
  AggregatePlan a;
  a.dir = job.dir;
  a.units = std::move(plan.units);
  adopt_environment(job.dir, a.units);
  a.models = plan.models;
  a.spec = results_recipe(job.spec);
  a.forward_flops = plan.network.begin()->second->prediction_flops();
  a.partial = partial;
  for (size_t i = 0; i < plan.methods.size(); ++i) a.methods.push_back(planned(job, plan, i));
  return a;
}

}  // namespace ttt
