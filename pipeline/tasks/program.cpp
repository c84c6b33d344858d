#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/tasks/task.h"
#include "schemas/error.h"
#include "schemas/toml_text.h"

namespace ttt {

/// task = "program".
struct ProgramTaskOptions {
  std::string loss = "";  // one that the model brings along; "": the only one
  bool operator==(const ProgramTaskOptions&) const = default;
};
Fields fields(ProgramTaskOptions& o) { return {{"loss", &o.loss}}; }
void validate(const ProgramTaskOptions&) {}

namespace {

Route route(const Options& options, const ImageNetwork& network) {
  const std::string& wanted = options.get<ProgramTaskOptions>().loss;
  const std::vector<std::string> losses = network.losses();
  require(!losses.empty(), "model.{}: brings no loss of its own for task = \"program\" (choose another task)",
          network.name);
  if (wanted.empty()) {
    require(losses.size() == 1, "model.{}: brings several losses; set `loss` of the method to one of {}",
            network.name, fmt::join(losses, ", "));
    return Route(losses.front());
  }
  require(std::ranges::find(losses, wanted) != losses.end(), "model.{}: has no loss {} ({})", network.name,
          toml_string(wanted), fmt::join(losses, ", "));
  return Route(wanted);
}

}  // namespace

extern const Task program_task;
constinit const Task program_task = {
    .name = "program",
    .summary = "a loss that the model brings along",
    .source = "the file of the model (jobs/export)",
    .options = options_of<ProgramTaskOptions>,
    .needs = "a model of the family program with a loss",
    .head = Part::main,
    .loss = [](const Options&, const TaskPass& pass) { return pass.own_loss(); },
    .route = route};

}  // namespace ttt
