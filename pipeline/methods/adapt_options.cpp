#include "pipeline/methods/adapt_options.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "pipeline/methods/kept_columns.h"
#include "pipeline/tasks/registry.h"

namespace ttt {

Fields fields(AdaptOptions& o) {
  Fields all = {
      choice_among("task", o.task, task_alternatives()),
      {"subset", &o.subset},
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

Route route_of(const AdaptOptions& o, const ImageNetwork& network) {
  return route_of(task_of(o.task), o.task.options, network);
}

void require_fits(const AdaptOptions& o, const ImageNetwork& n) {
  const Route route = route_of(o, n);
  require_single_views(n);
  require(o.steps == 0 || o.views_per_step >= n.least_views(route),
          "model.{}: a step of this task needs at least {} views, views_per_step is {}", n.name,
          n.least_views(route), o.views_per_step);
  const std::vector<std::string> subsets = n.subsets();
  require(std::ranges::find(subsets, o.subset) != subsets.end(),
          "model.{}: has no subset \"{}\" of weights to adapt ({})", n.name, o.subset,
          fmt::join(subsets, ", "));
  require(n.feature_count() > 0 || !keeps(o.keep, "features"),
          "model.{}: gives no features, which keep = [\"features\"] asks for", n.name);
  require(n.feature_count() > 0 || o.adapt_on != AdaptOn::neighbours || o.neighbours == 0 ||
              o.neighbour_choice == NeighbourChoice::random,
          "model.{}: gives no features, by which neighbours are found (neighbour_choice = \"random\")",
          n.name);
  require(n.has_rotation_head() || !keeps(o.keep, "auxiliary_confidence"),
          "model.{}: has no rotation head, which keep = [\"auxiliary_confidence\"] asks for", n.name);
}

bool in_streams(const AdaptOptions& options) { return options.reset != Reset::sample; }

bool is_placebo(const AdaptOptions& o) {
  return o.adapt_on == AdaptOn::other || task_of(o.task).is_placebo(o.task.options);
}

}  // namespace ttt
