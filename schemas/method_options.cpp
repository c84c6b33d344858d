#include "schemas/method_options.h"

#include <algorithm>

#include "schemas/option_fields.h"

namespace ttt {
namespace {

template <typename Options>
void become(MethodOptions& method) {
  if (!std::holds_alternative<Options>(method.options)) method.options.emplace<Options>();
}

Field kind(MethodOptions& method) {
  const auto set = [&method](size_t index) {
    if (index == 0) become<AdaptOptions>(method);
    if (index == 1) become<VoteOptions>(method);
    if (index == 2) become<EnsembleOptions>(method);
  };
  return {"kind", Choice{{"adapt", "vote", "ensemble"}, [&method] { return method.options.index(); }, set}};
}

void require_rules(const AdaptOptions& o) {
  require_option(std::is_sorted(o.milestones.begin(), o.milestones.end()) && all_different(o.milestones),
                 "milestones", "not ascending (each step once, in order)");
  if (!o.milestones.empty())
    require_option(o.milestones.front() == 0, "milestones",
                   "do not begin with 0, the source model's prediction, from which gains are counted");
  if (!o.milestones.empty())
    require_option(o.milestones.back() <= o.steps, "milestones", "{} is past steps = {} (steps from 0 to {})",
                   o.milestones.back(), o.steps, o.steps);
  require_option(o.optimiser == Optimiser::sgd || o.momentum == 0, "momentum",
                 "{} with optimiser = \"adam\" (momentum belongs to sgd)", o.momentum);
  const bool rotation = o.task == Task::rotation;
  require_option(rotation || o.labels == AuxiliaryLabels::true_labels, "labels",
                 "\"random\" with task = \"entropy\", which has no labels (\"true\")");
  require_option(rotation || o.skip_above == 1, "skip_above",
                 "{} with task = \"entropy\" (it asks the rotation head: 1)", o.skip_above);
}

void require_rules(const VoteOptions& o) {
  const int most = distinct_views(o.view);
  require_option(o.views <= most, "views", "{} (at most the {} distinct views that [view] makes)", o.views,
                 most);
}

void require_rules(const EnsembleOptions&) {}

}  // namespace

Fields fields(AdaptOptions& o) {
  return {
      {"task", choice(o.task, {"rotation", "entropy"})},
      {"subset", choice(o.subset, {"all", "norm", "trunk", "low_rank"})},
      {"rank", &o.rank, {1, 4096}},
      {"steps", &o.steps, {0, 10'000}},
      {"views_per_step", &o.views_per_step, {1, 4096}},
      {"learning_rate", &o.learning_rate, {0, 100, Ends::last}},
      {"optimiser", choice(o.optimiser, {"sgd", "adam"})},
      {"momentum", &o.momentum, {0, 1, Ends::first}},
      {"weight_decay", &o.weight_decay, {0, 1}},
      {"milestones", &o.milestones, {0, 10'000}},
      {"turns", choice(o.turns, {"balanced", "random"})},
      {"adapt_on", choice(o.adapt_on, {"own", "other"})},
      {"labels", choice(o.labels, {"true", "random"})},
      {"skip_above", &o.skip_above, {0, 1, Ends::last}},
      {"views", fields(o.views)},
  };
}

Fields fields(VoteOptions& o) {
  return {
      {"rule", choice(o.rule, {"mean", "majority"})},
      {"views", &o.views, {0, 100'000}},
      {"view", fields(o.view)},
  };
}

Fields fields(EnsembleOptions& o) { return {{"rule", choice(o.rule, {"mean", "majority"})}}; }

Fields fields(MethodOptions& method) {
  Fields all = std::visit([](auto& options) { return fields(options); }, method.options);
  all.insert(all.begin(), kind(method));
  return all;
}

void validate(const MethodOptions& method) {
  MethodOptions copy = method;
  require_name(copy.name, "=+", 128);
  check_fields(fields(copy));
  std::visit([](const auto& options) { require_rules(options); }, copy.options);
}

std::vector<int> milestones(const AdaptOptions& options) {
  if (!options.milestones.empty()) return options.milestones;
  std::vector<int> steps = {0};
  for (int step = 1; step < options.steps; step *= 2) steps.push_back(step);
  if (options.steps > 0) steps.push_back(options.steps);
  return steps;
}

}  // namespace ttt
