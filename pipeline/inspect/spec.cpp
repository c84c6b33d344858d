// TOML files: job specs, and the part of one that a test set was made with.
#include <fmt/ranges.h>

#include "pipeline/inspect/file_kind.h"
#include "pipeline/methods/registry.h"
#include "pipeline/models/registry.h"
#include "schemas/files/job_folder.h"
#include "schemas/job_spec.h"

namespace ttt {
namespace {

bool is_spec(const StoredFile& file) {
  return file.container == Container::toml && file.parts.contains("method");
}

bool is_test_set_options(const StoredFile& file) {
  return file.container == Container::toml && file.parts == std::set<std::string>{"data"};
}

Facts facts_of_spec(const StoredFile& file) {
  const JobSpec spec = read_job_spec(file.path, {}, spec_registry());
  Facts found = {{"name", spec.name}};
  for (const ModelOptions& group : spec.models) {
    std::vector<std::string> names;
    for (const SourceModel& model : members(group)) names.push_back(model.name);
    found.emplace_back("model " + group.name, fmt::format("{}", fmt::join(names, ", ")));
  }
  for (const MethodOptions& method : spec.methods)
    found.emplace_back("method " + method.name, method.kind.name);
  found.emplace_back("spec", to_toml(spec));
  return found;
}

Facts facts_of_options(const StoredFile& file) {
  return {{"beside it", JobFolder{file.path.parent_path()}.test_set().string()}};
}

}  // namespace

extern const FileKind spec_file, test_set_options_file;
constinit const FileKind spec_file = {"job spec", "a whole job, written by you", is_spec, facts_of_spec};
constinit const FileKind test_set_options_file = {
    "test set's options", "what a test set was made with (testset.toml, made by prepare)",
    is_test_set_options, facts_of_options};

}  // namespace ttt
