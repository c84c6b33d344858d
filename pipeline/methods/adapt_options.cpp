#include "pipeline/methods/adapt_options.h"

#include <algorithm>

#include "pipeline/methods/kept_columns.h"
#include "pipeline/tasks/registry.h"

namespace ttt {

Fields fields(AdaptOptions& o) {
  Fields all = {
      choice_among("task", o.task, task_alternatives()),
      {"subset", choice(o.subset, {"all", "norm", "trunk", "low_rank"})},
      {"rank", &o.rank, {1, 4096}},
      {"steps", &o.steps, {0, 10'000}},
      {"views_per_step", &o.views_per_step, {1, 4096}},
      {"learning_rate", &o.learning_rate, {0, 100, Ends::last}},
      {"optimiser", choice(o.optimiser, {"sgd", "adam"})},
      {"momentum", &o.momentum, {0, 1, Ends::first}},
      {"weight_decay", &o.weight_decay, {0, 1}},
      {"sam_radius", &o.sam_radius, {0, 100}},
      {"normalise_gradient", &o.normalise_gradient},
      {"milestones", &o.milestones, {0, 10'000}},
      {"adapt_on", choice(o.adapt_on, {"own", "other", "neighbours"})},
      {"neighbours", &o.neighbours, {0, 1024}},
      {"neighbour_choice", choice(o.neighbour_choice, {"nearest", "sift", "random"})},
      {"keep", &o.keep},
      {"reset", choice(o.reset, {"sample", "never", "every", "recovery"})},
      {"reset_every", &o.reset_every, {1, 1'000'000}},
      {"reset_below", &o.reset_below, {0, 100, Ends::last}},
      order_field("order", o.order),
      {"skip_above", &o.skip_above, {0, 1, Ends::last}},
  };
  for (Field& field : o.task.options.fields()) all.push_back(std::move(field));
  all.push_back({"views", fields(o.views)});
  return all;
}

void validate(const AdaptOptions& o) {
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
  require_option(o.sam_radius > 0 || !task_of(o.task).needs_sam, "sam_radius",
                 "0 with task = \"{}\", which is made for sharpness-aware steps (0.05 as published)",
                 o.task.name);
  require_option(o.skip_above == 1 || task_of(o.task).head == Part::auxiliary, "skip_above",
                 "{} with task = \"{}\" (it asks the rotation head: 1)", o.skip_above, o.task.name);
  require_option(!in_streams(o) || o.skip_above == 1, "skip_above",
                 "{} in a stream, where nothing is skipped (1)", o.skip_above);
  require_kept(o.keep, {"features", "auxiliary_confidence", "probe_loss", "gradients"});
  o.task.options.validate();
}

std::vector<int> milestones(const AdaptOptions& options) {
  if (!options.milestones.empty()) return options.milestones;
  std::vector<int> steps = {0};
  for (int step = 1; step < options.steps; step *= 2) steps.push_back(step);
  if (options.steps > 0) steps.push_back(options.steps);
  return steps;
}

int images_per_lane(const AdaptOptions& o) {
  return o.adapt_on == AdaptOn::neighbours ? 1 + o.neighbours : 1;
}

bool in_streams(const AdaptOptions& options) { return options.reset != Reset::sample; }

bool is_placebo(const AdaptOptions& o) {
  return o.adapt_on == AdaptOn::other || task_of(o.task).is_placebo(o.task.options);
}

}  // namespace ttt
