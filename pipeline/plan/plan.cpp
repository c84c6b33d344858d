#include "pipeline/plan/plan.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "pipeline/engine/evaluate.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/registry.h"
#include "pipeline/plan/provenance.h"
#include "schemas/durable_file.h"
#include "schemas/error.h"
#include "schemas/files/digest.h"
#include "schemas/files/job_folder.h"

namespace ttt {
namespace {

constexpr double unit_flops = 2e12;      // tens of seconds on a CPU core at 50-200 GFLOP/s
constexpr double gpu_unit_flops = 2e14;  // seconds on a GPU, whose lanes are hundreds of samples

using Networks = std::map<std::string, std::shared_ptr<const Network>>;

/// The cost of the dearest method that sets the budget of others, on the dearest network; without any,
/// no bound.
double budget_of(const std::vector<MethodOptions>& methods, const Networks& networks) {
  double dearest = 0;
  for (const MethodOptions& method : methods) {
    const Evaluation* evaluation = kind_of(method).evaluation;
    if (!evaluation || !evaluation->sets_budget) continue;
    for (const auto& [group, network] : networks)
      dearest = std::max(dearest, cost(method, *network).flops.back());
  }
  return dearest > 0 ? dearest : std::numeric_limits<double>::infinity();
}

int64_t block_size(const RunOptions& run, double flops_per_sample) {
  if (run.block > 0) return run.block;
  const double flops = run.device == Device::cuda ? gpu_unit_flops : unit_flops;
  return std::max<int64_t>(1, static_cast<int64_t>(flops / flops_per_sample));
}

std::string model_digest(const std::filesystem::path& dir, const SourceModel& model) {
  const std::filesystem::path file = weights_file(dir, model);
  if (!is_there(file))
    fail(ExitCode::data, "{}: source model {} is missing ({})", file.string(), model.name,
         model.weights.empty() ? "run `ttt-eval train` first" : "named in model." + model.group);
  return digest_file(file);
}

/// Whether families of models, methods and samples speak of the same thing.
void require_payload(const JobSpec& spec, const TestSet& set) {
  const Payload there = payload_of(set);
  const std::string_view holds = name_of(there);
  for (const ModelOptions& group : spec.models) {
    const Payload read = family_of(group).payload;
    require(read == there,
            "model.{}: a model of the family {} reads {}, but the samples of [data] are {} (`ttt-eval list "
            "models` says what each reads)",
            group.name, group.family.name, name_of(read), holds);
  }
  for (const MethodOptions& method : spec.methods) {
    const Payload wanted = kind_of(method).payload;
    require(wanted == Payload::any || wanted == there,
            "method.{}: kind = \"{}\" works on {}, but the samples of [data] are {} (`ttt-eval list methods` "
            "says what each works on)",
            method.name, method.kind.name, name_of(wanted), holds);
  }
}

/// Finds out before the work whether every network has what its methods ask for.
void require_fits(const std::vector<MethodOptions>& methods, const Networks& networks) {
  for (const MethodOptions& method : methods) {
    const Evaluation* evaluation = kind_of(method).evaluation;
    if (!evaluation) continue;
    for (const auto& [group, network] : networks) evaluation->require_fits(method.kind.options, *network);
  }
}

/// One table of costs serves all models of a method.
void require_equal_costs(const std::vector<MethodOptions>& methods, const Networks& networks) {
  const auto& [first, reference] = *networks.begin();
  for (const MethodOptions& method : methods) {
    if (!kind_of(method).evaluation) continue;
    for (const auto& [group, network] : networks)
      require(cost(method, *network) == cost(method, *reference),
              "model.{} and model.{}: method.{} costs them different FLOPs; networks of different size need "
              "a spec "
              "each",
              first, group, method.name);
  }
}

/// Finds out before the work whether every sample has what its methods need.
void require_samples(const std::vector<MethodOptions>& methods, const TestSet& set,
                     const std::vector<int64_t>& samples, uint64_t seed) {
  for (const MethodOptions& method : methods)
    if (const Evaluation* evaluation = kind_of(method).evaluation)
      evaluation->samples(method.kind.options, set, samples, seed, {});
}

/// The samples of each unit of a method: its streams, or blocks of `size`.
std::vector<SampleIds> units_of(const MethodOptions& method, const TestSet& set,
                                const std::shared_ptr<const std::vector<int64_t>>& samples, size_t size,
                                uint64_t seed) {
  const Evaluation& evaluation = evaluation_of(method);
  std::vector<SampleIds> units;
  if (evaluation.in_streams(method.kind.options)) {
    for (std::vector<int64_t>& stream : evaluation.streams(method.kind.options, set, *samples, seed))
      units.emplace_back(std::move(stream));
    return units;
  }
  for (size_t first = 0; first < samples->size(); first += size)
    units.emplace_back(samples, first, std::min(size, samples->size() - first));
  return units;
}

}  // namespace

std::filesystem::path weights_file(const std::filesystem::path& dir, const SourceModel& model) {
  return model.weights.empty() ? JobFolder{dir}.model(model.name) : std::filesystem::path(model.weights);
}

std::vector<int64_t> samples_of(const TestSet& set, RunSplit split) {
  std::vector<int64_t> ids;
  for (int64_t i = 0; i < set.samples; ++i)
    if (split == RunSplit::all || (split == RunSplit::report) == (set.split[i] == Split::report))
      ids.push_back(i);
  require(!ids.empty(),
          "run.split = \"{}\" selects no sample of the test set (choose another, or give it some)",
          split == RunSplit::tune ? "tune" : "report");
  return ids;
}

std::vector<SourceModel> source_models(const JobSpec& spec) {
  std::vector<SourceModel> models;
  for (const ModelOptions& group : spec.models)
    for (const SourceModel& model : members(group)) models.push_back(model);
  return models;
}

RunPlan plan_units(const JobSpec& spec, const TestSet& set) {
  require_payload(spec, set);
  RunPlan plan;
  plan.methods = spec.methods;
  plan.models = source_models(spec);
  for (const ModelOptions& group : spec.models)
    plan.network[group.name] = family_of(group).network(group, input_form(set), spec.run);

  require_fits(plan.methods, plan.network);
  const double budget = budget_of(plan.methods, plan.network);
  for (MethodOptions& method : plan.methods) {
    const Evaluation* evaluation = kind_of(method).evaluation;
    plan.notes.push_back(
        evaluation ? evaluation->resolve(method.kind.options, *plan.network.begin()->second, budget) : "");
  }

  require_equal_costs(plan.methods, plan.network);
  const auto samples = std::make_shared<const std::vector<int64_t>>(samples_of(set, spec.run.split));
  require_samples(plan.methods, set, *samples, spec.run.seed);
  for (const SourceModel& model : plan.models) {
    for (const MethodOptions& method : plan.methods) {
      if (!kind_of(method).evaluation) continue;
      const double flops = cost(method, *plan.network.at(model.group)).flops.back();
      const int64_t size = block_size(spec.run, flops);
      int64_t block = 0;
      for (SampleIds& unit : units_of(method, set, samples, static_cast<size_t>(size), spec.run.seed)) {
        const double work = static_cast<double>(unit.size()) * flops;
        plan.units.push_back({method, model, block++, std::move(unit), {}, work});
      }
    }
  }
  // Dearest units first, so that ranks end together.
  std::ranges::stable_sort(plan.units, std::ranges::greater{}, &RunUnit::flops);
  return plan;
}

RunPlan plan_run(const JobSpec& spec, const TestSet& set, const std::filesystem::path& dir) {
  RunPlan plan = plan_units(spec, set);
  Fingerprint common = provenance(spec.run);
  common["data"] = digest_file(JobFolder{dir}.test_set());
  common["seed"] = std::to_string(spec.run.seed);
  common["logits"] = spec.run.logits ? "kept" : "dropped";
  std::map<std::string, std::string> models, methods;
  for (const SourceModel& model : plan.models) models[model.name] = model_digest(dir, model);
  for (const MethodOptions& method : plan.methods) methods[method.name] = to_toml(method);
  for (RunUnit& unit : plan.units) {
    unit.fingerprint = common;
    unit.fingerprint["model"] = models.at(unit.model.name);
    unit.fingerprint["method"] = methods.at(unit.method.name);
  }
  return plan;
}

}  // namespace ttt
