#include "pipeline/methods/demonstration_options.h"

#include <fmt/ranges.h>

#include <algorithm>

namespace ttt {

Fields fields(DemonstrationOptions& o) {
  return {
      {"steps", &o.steps, {0, 100'000}},
      {"learning_rate", &o.learning_rate, {0, 100}},
      {"subset", &o.subset},
      {"rank", &o.rank, {1, 4096}},
      {"optimiser", choice(o.optimiser, {"sgd", "adam"})},
      {"momentum", &o.momentum, {0, 1, Ends::first}},
      {"weight_decay", &o.weight_decay, {0, 1}},
      {"clip", &o.clip, {0, 1e6}},
      {"normalise_gradient", &o.normalise_gradient},
      {"views_per_step", &o.views_per_step, {1, 1000}},
      {"views", choice(o.views, {"none", "colours", "symmetries", "both"})},
      {"adapt_on", choice(o.adapt_on, {"own", "other", "shuffled"})},
      {"demonstrations", &o.demonstrations, {0, 1000}},
      {"ballots", &o.ballots, {1, 10'000}},
      {"ballot_views", choice(o.ballot_views, {"none", "colours", "symmetries", "both"})},
  };
}

void validate(const DemonstrationOptions& o) {
  require_option(!o.steps.empty() && o.steps.front() == 0, "steps",
                 "do not begin with 0, the source model's own answer, from which gains are counted");
  require_option(std::is_sorted(o.steps.begin(), o.steps.end()) && all_different(o.steps), "steps",
                 "not ascending (each number of steps once, in order)");
  require_option(o.optimiser == Optimiser::sgd || o.momentum == 0, "momentum",
                 "{} with optimiser = \"adam\" (momentum belongs to sgd)", o.momentum);
  require_option(o.views != PuzzleViews::none || o.views_per_step == 1, "views_per_step",
                 "{} equal views (views = \"colours\", \"symmetries\" or \"both\" makes them differ)",
                 o.views_per_step);
  require_option(o.ballot_views != PuzzleViews::none || o.ballots == 1, "ballots",
                 "{} equal views (ballot_views = \"colours\", \"symmetries\" or \"both\" makes them differ)",
                 o.ballots);
}

SequenceStep step_of(const DemonstrationOptions& o) {
  SequenceStep step;
  step.clip = o.clip;
  step.normalise = o.normalise_gradient;
  if (o.optimiser == Optimiser::adam)
    step.rule = lanes::Adam{.learning_rate = o.learning_rate, .weight_decay = o.weight_decay};
  else
    step.rule =
        lanes::Sgd{.learning_rate = o.learning_rate, .momentum = o.momentum, .weight_decay = o.weight_decay};
  return step;
}

void require_fits(const DemonstrationOptions& o, const PuzzleNetwork& n) {
  const std::vector<std::string> subsets = n.subsets();
  require(std::ranges::find(subsets, o.subset) != subsets.end(),
          "model.{}: has no subset \"{}\" of weights to adapt ({})", n.name, o.subset,
          fmt::join(subsets, ", "));
}

bool is_placebo(const DemonstrationOptions& o) { return o.adapt_on != PuzzleAdaptOn::own; }

int64_t shown(int most, int64_t demonstrations) {
  return most == 0 ? demonstrations : std::min<int64_t>(most, demonstrations);
}

CostTable demonstration_cost(const DemonstrationOptions& o, const PuzzleNetwork& n, int64_t demonstrations) {
  const int64_t pairs = shown(o.demonstrations, demonstrations), asked = pairs * o.views_per_step;
  const double step = n.lesson_flops(pairs, o.views_per_step) +
                      n.lesson_backward_flops(pairs, o.views_per_step, o.subset, o.rank);
  CostTable cost;
  for (const int steps : o.steps) {
    cost.milestone.push_back(steps);
    cost.flops.push_back(steps * step + o.ballots * n.question_flops(pairs));
    cost.forward_passes.push_back(steps * asked + o.ballots);
    cost.backward_passes.push_back(steps * asked);
    cost.gradient_steps.push_back(steps);
    cost.views.push_back(steps * o.views_per_step + o.ballots);
  }
  return cost;
}

}  // namespace ttt
