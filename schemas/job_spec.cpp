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

/// A slip in the name of a table that --set changes would otherwise make a table of its own. A method that is
/// meant to be new has its kind.
void require_no_slip(const SpecEntry& entry, const std::string& part, const SpecTable& tables) {
  if (!entry.place.starts_with("--set ") || find_node(entry.node, "kind")) return;
  std::vector<std::string_view> others;
  for (const SpecEntry& other : tables)
    if (!other.place.starts_with("--set ")) others.push_back(other.key);
  const std::string hint = did_you_mean(entry.key, others);
  require(hint.empty(), "{}: this spec has no {}{}", entry.place, join_path(part, entry.key), hint);
}

/// The family that the key `family` names, or that a key of the table is named like, else the first.
const Alternative& family_of(const SpecEntry& entry, const std::string& path, const Alternatives& families) {
  as_table(entry.node, path, "a table [model.NAME]");
  if (const SpecNode* written = find_node(entry.node, "family")) {
    const auto* name = std::get_if<std::string>(&written->value);
    const auto found = std::ranges::find_if(
        families, [&](const Alternative& family) { return name && family.name == *name; });
    std::vector<std::string_view> known;
    for (const Alternative& family : families) known.push_back(family.name);
    require(found != families.end(), "{}: {}.family: no family is called {}{} (known: {})", written->place,
            path, name ? toml_string(*name) : "that", name ? did_you_mean(*name, known) : "",
            fmt::join(known, ", "));
    return *found;
  }
  const auto named = std::ranges::find_if(
      families, [&](const Alternative& family) { return find_node(entry.node, family.name) != nullptr; });
  return named == families.end() ? families.front() : *named;
}

/// Refuses a key of no family with the names of the others too, one of which may have been meant.
void check_model_keys(const SpecEntry& entry, const std::string& path, const Fields& fields,
                      const Alternatives& families) {
  std::vector<std::string_view> known = keys(fields);
  for (const Alternative& family : families)
    if (family.name != families.front().name && std::ranges::find(known, family.name) == known.end())
      known.push_back(family.name);
  for (const SpecEntry& written : std::get<SpecTable>(entry.node.value))
    if (std::ranges::find(known, written.key) == known.end()) fail_unknown_key(written, path, known);
}

/// Weights that are given leave no seeds to train, unless the table writes some.
void drop_seeds(const SpecNode& table, const Fields& fields) {
  if (!find_node(table, "weights") || find_node(table, "seeds")) return;
  for (const Field& field : fields)
    if (field.key == "seeds") std::get<std::vector<uint64_t>*>(field.target)->clear();
}

ModelOptions read_model(const SpecEntry& entry, const std::string& path, const Alternatives& families) {
  const Alternative& family = family_of(entry, path, families);
  ModelOptions model{entry.key, {std::string(family.name), family.options}};
  const Fields fields = model.family.options.fields();
  check_model_keys(entry, path, fields, families);
  read_fields(fields, entry.node, path);
  drop_seeds(entry.node, fields);
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

std::vector<ModelOptions> read_models(const SpecNode& root, const Alternatives& families) {
  std::vector<ModelOptions> models;
  const SpecTable& tables = named_tables(root, "model");
  for (const SpecEntry& entry : tables) {
    require_no_slip(entry, "model", tables);
    models.push_back(read_model(entry, join_path("model", entry.key), families));
  }
  return models;
}

std::vector<MethodOptions> read_methods(const SpecNode& root, const Alternatives& kinds) {
  std::vector<MethodOptions> methods;
  const SpecTable& tables = named_tables(root, "method");
  for (const SpecEntry& entry : tables) {
    require_no_slip(entry, "method", tables);
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

JobSpec job_spec_of(const SpecNode& root, const std::string& name, const SpecRegistry& registry) {
  check_root(root);
  JobSpec spec;
  spec.name = name;
  spec.data = read_part<DataOptions>(root, "data");
  spec.models = read_models(root, registry.families);
  spec.training = read_part<TrainingOptions>(root, "training");
  spec.methods = read_methods(root, registry.methods);
  spec.run = read_part<RunOptions>(root, "run");
  spec.report = read_part<ReportOptions>(root, "report");
  require_rules(spec, root);
  if (registry.validate) validate_at(root, "", [&] { registry.validate(spec); });
  return spec;
}

template <typename Options>
std::string part_to_toml(const std::string& path, Options options) {
  return toml_table(path, fields(options));
}

}  // namespace

JobSpec read_job_spec(const std::filesystem::path& file, const std::vector<std::string>& assignments,
                      const SpecRegistry& registry) {
  return job_spec_of(read_spec_document(file, assignments), file.stem().string(), registry);
}

JobSpec parse_job_spec(const std::string& toml, const std::string& name, const SpecRegistry& registry) {
  return job_spec_of(parse_spec_document(toml, name), name, registry);
}

std::vector<Sweep> sweeps_of(const std::filesystem::path& file, const std::vector<std::string>& assignments,
                             const SpecRegistry& registry) {
  const SpecNode root = read_spec_document(file, assignments);
  std::vector<Sweep> sweeps;
  for (const SpecEntry& entry : named_tables(root, "method")) {
    Sweep sweep{entry.key, {}};
    for (const MethodOptions& method : read_method(entry, join_path("method", entry.key), registry.methods))
      sweep.methods.push_back(method.name);
    if (sweep.methods.size() > 1) sweeps.push_back(std::move(sweep));
  }
  return sweeps;
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
  Options family = options.family.options;
  return toml_table(join_path("model", options.name), family.fields());
}
std::string to_toml(const TrainingOptions& options) { return part_to_toml("training", options); }
std::string to_toml(MethodOptions method) {
  Fields all = {{"kind", &method.kind.name}};
  for (Field& field : method.kind.options.fields()) all.push_back(std::move(field));
  return toml_table(join_path("method", method.name), all);
}

}  // namespace ttt
