#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "schemas/data_options.h"
#include "schemas/method_options.h"
#include "schemas/model_options.h"
#include "schemas/report_options.h"
#include "schemas/run_options.h"
#include "schemas/training_options.h"

namespace ttt {

/// A whole job: one TOML file, composed of its owners' option structs.
struct JobSpec {
  std::string name;  // stem of the file's name
  DataOptions data;
  std::vector<ModelOptions> models;
  TrainingOptions training;
  std::vector<MethodOptions> methods;  // sweeps already expanded
  RunOptions run;
  ReportOptions report;
  bool operator==(const JobSpec&) const = default;
};

/// What a spec may name besides the options of this layer: the registries above give it.
struct SpecRegistry {
  Alternatives methods;   // kinds of [method.NAME]
  Alternatives families;  // of [model.NAME]: the one that a key is named like, else the first
  std::function<void(const JobSpec&)> validate =
      {};  // rules between parts; throws an OptionError ("run.logits")
};

/// Reads and validates a spec. `assignments` are KEY=VALUE of --set (dotted key, TOML value), applied in
/// order. Throws a spec Error "FILE:LINE:COLUMN: KEY: problem (what is allowed) did you mean ...".
JobSpec read_job_spec(const std::filesystem::path& file, const std::vector<std::string>& assignments,
                      const SpecRegistry& registry);

/// The same of a text, such as a results file keeps; `name` becomes the spec's and is for messages.
JobSpec parse_job_spec(const std::string& toml, const std::string& name, const SpecRegistry& registry);

/// The methods that the lists of one table [method.NAME] make.
struct Sweep {
  std::string table;                 // NAME
  std::vector<std::string> methods;  // their names, in the order of the lists
};

/// The tables of a spec that make more than one method.
std::vector<Sweep> sweeps_of(const std::filesystem::path& file, const std::vector<std::string>& assignments,
                             const SpecRegistry& registry);

/// The spec as TOML; reading it back gives the same spec.
std::string to_toml(const JobSpec& spec);

/// The part of the spec that one stage or one method depends on, as TOML: what fingerprints digest.
std::string to_toml(const DataOptions& options);
std::string to_toml(const ModelOptions& options);
std::string to_toml(const TrainingOptions& options);
std::string to_toml(MethodOptions method);

}  // namespace ttt
