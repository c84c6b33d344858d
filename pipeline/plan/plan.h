#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/models/network.h"
#include "pipeline/results/units.h"
#include "schemas/job_spec.h"
#include "schemas/test_set.h"

namespace ttt {

/// Everything `run` does and `aggregate` checks, derived from the spec and the stage's inputs alone.
struct RunPlan {
  std::vector<MethodOptions> methods;  // in the spec's order, with keys that follow the budget filled in
  std::vector<std::string> notes;      // [methods] what a reader of the curve must know; may be empty
  std::vector<SourceModel> models;     // of all groups
  std::map<std::string, std::shared_ptr<const Network>> network;  // by group
  std::vector<RunUnit> units;  // methods that run on samples x models x blocks or streams, most work first
};

/// DIR/models/NAME.safetensors, or the user's own file.
std::filesystem::path weights_file(const std::filesystem::path& dir, const SourceModel& model);

/// The samples that run.split selects. Throws a spec Error when there are none.
std::vector<int64_t> samples_of(const TestSet& set, RunSplit split);

/// Every source model of the spec.
std::vector<SourceModel> source_models(const JobSpec& spec);

/// The units of a spec on these samples, with empty fingerprints: needs no files. Throws a spec Error when no
/// sample belongs to run.split.
RunPlan plan_units(const JobSpec& spec, const TestSet& set);

/// The same with their fingerprints. Throws also a data Error when a model file is missing.
RunPlan plan_run(const JobSpec& spec, const TestSet& set, const std::filesystem::path& dir);

}  // namespace ttt
