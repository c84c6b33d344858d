#include "pipeline/models/family.h"
#include "pipeline/models/program.h"
#include "schemas/durable_file.h"

namespace ttt {

/// Keys of the family "program".
struct ProgramOptions {
  std::vector<std::string> program = {};  // files of the exporter, one model each
  bool operator==(const ProgramOptions&) const = default;
};
Fields fields(ProgramOptions& o) { return {{"program", &o.program}}; }
void validate(const ProgramOptions& o) {
  require_option(!o.program.empty(), "program", "an empty list (at least one file)");
  require_option(all_different(o.program), "program", "the same file twice (each is one model)");
}

namespace {

const std::vector<std::string>& files_of(const ModelOptions& group) {
  return group.family.options.get<ProgramOptions>().program;
}

}  // namespace

extern const ModelFamily program_family;
constinit const ModelFamily program_family = {
    .name = "program",
    .summary = "any PyTorch model and losses of its own, as jobs/export wrote them",
    .source = "the file: its weights, graphs and contract",
    .needs = "NAME.program files, one model each",
    .cost = "as the file says; trained elsewhere, so `train` does nothing",
    .options = options_of<ProgramOptions>,
    .members = [](const ModelOptions& group) { return members_of_files(group.name, files_of(group)); },
    .network = [](const ModelOptions& group, const InputForm& form,
                  const RunOptions& run) -> std::shared_ptr<const Network> {
      const std::string& first = files_of(group).front();
      if (!is_there(first))
        fail(ExitCode::data, "{}: is missing (named in model.{}.program)", first, group.name);
      return program_of(group.name, first, form, run);
    }};

}  // namespace ttt
