#include "pipeline/checks/check_models.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/models/registry.h"
#include "pipeline/models/source_network.h"
#include "schemas/durable_file.h"
#include "schemas/option_fields.h"

namespace ttt {
namespace {

void check_file(const SourceModel& model, const Network& network) {
  if (!is_there(model.weights))
    fail(ExitCode::data, "{}: source model {} is missing (named in model.{})", model.weights, model.name,
         model.group);
  network.load(model.weights);
}

/// Whether views of these options are mirrored: the first key `flip` in a table of them.
bool mirrors(const Fields& fields) {
  for (const Field& field : fields) {
    if (const auto* flip = std::get_if<bool*>(&field.target); flip && field.key == "flip") return **flip;
    if (const auto* table = std::get_if<Fields>(&field.target); table && mirrors(*table)) return true;
  }
  return false;
}

}  // namespace

void check_models(const JobSpec& spec, const TestSet& set, Findings& findings) {
  for (const ModelOptions& group : spec.models) {
    const std::vector<SourceModel> models = members(group);
    const bool trained = models.front().weights.empty();
    findings.facts.emplace_back(
        "model." + group.name,
        fmt::format("{} model(s), {}", models.size(), trained ? "trained here, one a seed" : "from files"));
    if (set.class_names.empty() && !set.tokens) continue;  // nothing is known of the samples
    std::shared_ptr<const Network> network;
    const auto make = [&] { network = family_of(group).network(group, input_form(set), spec.run); };
    if (!findings.attempt(make) || trained) continue;
    for (const SourceModel& model : models) findings.attempt([&] { check_file(model, *network); });
  }
}

void check_views(JobSpec spec, Findings& findings) {
  if (holds_tokens(spec.data.source)) return;
  std::vector<std::string> mirroring;
  const bool trains = std::ranges::any_of(
      spec.models, [](const ModelOptions& m) { return members(m).front().weights.empty(); });
  if (trains && spec.training.views.flip) mirroring.push_back("training");
  for (MethodOptions& method : spec.methods)
    if (mirrors(method.kind.options.fields())) mirroring.push_back("method." + method.name);
  if (!mirroring.empty())
    findings.notes.push_back(fmt::format(
        "views of {} mirror images left-right (flip is true unless a spec says otherwise): set flip = false "
        "in their views where a mirror image is another class or none, as of letters and digits",
        fmt::join(mirroring, ", ")));
  findings.facts.emplace_back("pixels",
                              "images are neither resized nor cropped; views shift them by whole "
                              "pixels (padding)");
}

}  // namespace ttt
