// Job specs. A table for each part: [data], [data.report], [data.tune], [model.NAME], [training],
// [training.views], [method.NAME], [method.NAME.views], [run], [report]. Keys and ranges: fields() beside
// each option struct.
#include "schemas/job_spec.h"

#include <algorithm>

#include "schemas/closest_name.h"
#include "schemas/option_fields.h"
#include "schemas/spec_reader.h"
#include "schemas/sweep.h"
#include "schemas/toml_text.h"

namespace ttt {
namespace {

/// The options of a part: what its table writes, defaults for the rest.
template <typename Options>
Options read_part(const SpecNode& root, const std::string& path) {
  Options options;
  const SpecNode* written = find_node(root, path);
  const SpecNode nothing{root.place, SpecTable{}, ""};
  const SpecNode& table = written ? *written : nothing;
  read_fields(fields(options), table, path);
  validate_at(table, path, [&] { validate(options); });
  return options;
}

ModelOptions read_model(const SpecEntry& entry, const std::string& path) {
  ModelOptions model;
  model.name = entry.key;
  read_fields(fields(model), entry.node, path);
  if (!model.weights.empty() && !find_node(entry.node, "seeds")) model.seeds.clear();
  validate_at(entry.node, path, [&] { validate(model); });
  return model;
}

/// The methods that one table makes: one, or one for each combination of a sweep.
std::vector<MethodOptions> read_method(const SpecEntry& entry, const std::string& path,
                                       const Alternatives& kinds) {
  MethodOptions prototype{entry.key, {}};
  const Field kind = fields(prototype, kinds).front();
  as_table(entry.node, path, "a table [method.NAME]");
  const SpecNode* written = find_node(entry.node, kind.key);
  require(written != nullptr, "{}: {}.kind: missing ({})", entry.place, path, allowed(kind));
  read_field(kind, *written, path + ".kind");
  read_selections([&] { return fields(prototype, kinds); }, entry.node, path);
  std::vector<MethodOptions> methods;
  for (const SweptTable& swept : expand_sweep(fields(prototype, kinds), entry.node, path)) {
    MethodOptions& method = methods.emplace_back(prototype);
    method.name += swept.suffix;
    read_selections([&] { return fields(method, kinds); }, swept.table, path);
    read_fields(fields(method, kinds), swept.table, path);
    validate_at(swept.table, path, [&] { validate(method); });
  }
  return methods;
}

/// The tables [PART.NAME], at least one.
const SpecTable& named_tables(const SpecNode& root, const std::string& part) {
  const SpecNode* tables = find_node(root, part);
  require(tables != nullptr, "{}: {}: missing (at least one table [{}.NAME])", root.place, part, part);
  const SpecTable& entries = as_table(*tables, part, fmt::format("tables [{}.NAME]", part));
  require(!entries.empty(), "{}: {}: empty (at least one table [{}.NAME])", tables->place, part, part);
  return entries;
}

std::vector<ModelOptions> read_models(const SpecNode& root) {
  std::vector<ModelOptions> models;
  for (const SpecEntry& entry : named_tables(root, "model"))
    models.push_back(read_model(entry, join_path("model", entry.key)));
  return models;
}

std::vector<MethodOptions> read_methods(const SpecNode& root, const Alternatives& kinds) {
  std::vector<MethodOptions> methods;
  for (const SpecEntry& entry : named_tables(root, "method")) {
    const std::string path = join_path("method", entry.key);
    for (MethodOptions& method : read_method(entry, path, kinds)) {
      for (const MethodOptions& other : methods)
        require(method.name != other.name, "{}: {}: a second method {} (sweeps add -KEY=VALUE to the name)",
                entry.place, path, toml_string(method.name));
      methods.push_back(std::move(method));
    }
  }
  return methods;
}

void check_root(const SpecNode& root) {
  const std::vector<std::string_view> parts = {"data", "model", "training", "method", "run", "report"};
  for (const SpecEntry& entry : std::get<SpecTable>(root.value))
    if (std::find(parts.begin(), parts.end(), entry.key) == parts.end()) fail_unknown_key(entry, "", parts);
}

/// Rules between parts.
void require_rules(const JobSpec& spec, const SpecNode& root) {
  const auto place = [&](std::string_view key) {
    const SpecNode* node = find_node(root, key);
    return node ? node->place : root.place;
  };
  std::vector<std::string_view> names;
  for (const MethodOptions& method : spec.methods) names.push_back(method.name);
  const std::string& reported = spec.report.method;
  require(reported.empty() || std::find(names.begin(), names.end(), reported) != names.end(),
          "{}: report.method: {} is no method of this spec{}", place("report.method"), toml_string(reported),
          did_you_mean(reported, names));
  const bool needs_tune = spec.run.split == RunSplit::tune && spec.data.source != DataSource::testset;
  require(!needs_tune || spec.data.tune.base_images > 0,
          "{}: run.split: \"tune\", but [data.tune] is empty (fill it)", place("run.split"));
}

template <typename Options>
std::string part_to_toml(const std::string& path, Options options) {
  return toml_table(path, fields(options));
}

}  // namespace

JobSpec read_job_spec(const std::filesystem::path& file, const std::vector<std::string>& assignments,
                      const SpecRegistry& registry) {
  const SpecNode root = read_spec_document(file, assignments);
  check_root(root);
  JobSpec spec;
  spec.name = file.stem().string();
  spec.data = read_part<DataOptions>(root, "data");
  spec.models = read_models(root);
  spec.training = read_part<TrainingOptions>(root, "training");
  spec.methods = read_methods(root, registry.methods);
  spec.run = read_part<RunOptions>(root, "run");
  spec.report = read_part<ReportOptions>(root, "report");
  require_rules(spec, root);
  if (registry.validate) validate_at(root, "", [&] { registry.validate(spec); });
  return spec;
}

std::string to_toml(const JobSpec& spec) {
  std::string text = to_toml(spec.data);
  for (const ModelOptions& model : spec.models) text += "\n" + to_toml(model);
  text += "\n" + to_toml(spec.training);
  for (const MethodOptions& method : spec.methods) text += "\n" + to_toml(method);
  return text + "\n" + part_to_toml("run", spec.run) + "\n" + part_to_toml("report", spec.report);
}

std::string to_toml(const DataOptions& options) { return part_to_toml("data", options); }
std::string to_toml(const ModelOptions& options) {
  return part_to_toml(join_path("model", options.name), options);
}
std::string to_toml(const TrainingOptions& options) { return part_to_toml("training", options); }
std::string to_toml(MethodOptions method) {
  Fields all = {{"kind", &method.kind.name}};
  for (Field& field : method.kind.options.fields()) all.push_back(std::move(field));
  return toml_table(join_path("method", method.name), all);
}

}  // namespace ttt
