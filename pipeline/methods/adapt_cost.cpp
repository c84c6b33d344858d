#include "pipeline/methods/adapt_cost.h"

#include "pipeline/tasks/registry.h"

namespace ttt {
CostTable adapt_cost(const AdaptOptions& o, const ImageNetwork& n) {
  const Task& task = task_of(o.task);
  const bool gated = o.skip_above < 1;
  const Route route = route_of(o, n);
  const double product = n.low_rank_flops(route, o.subset, o.rank);
  const double prediction = n.forward_flops(Part::main) + product;
  const int passes = o.sam_radius > 0 ? 2 : 1;  // of a view
  const int forwards = passes * (1 + task.extra_forwards(o.task.options));
  const double view = forwards * n.forward_flops(route) + passes * n.backward_flops(route, o.subset);
  CostTable table;
  for (const int m : milestones(o)) {
    const int steps = in_streams(o) ? o.steps : m;  // later samples of a stream rest on all steps of this one
    const int64_t views = int64_t{steps} * o.views_per_step * images_per_lane(o);
    table.milestone.push_back(m);
    table.flops.push_back(prediction + (gated ? n.forward_flops(route) : 0) +
                          static_cast<double>(views) * view + steps * passes * 3 * product);
    table.forward_passes.push_back(1 + gated + views * forwards);
    table.backward_passes.push_back(views * passes);
    table.gradient_steps.push_back(m);
    table.views.push_back(static_cast<int32_t>(views));
  }
  return table;
}

LaneMemory adapt_memory(const AdaptOptions& o, const ImageNetwork& n) {
  const Route route = route_of(o, n);
  const int64_t weights = n.adapted_numbers(route, o.subset) * n.float_bytes();
  const int moments = o.optimiser == Optimiser::adam ? 2 : o.momentum != 0 ? 1 : 0;
  return {weights, weights, moments * weights,
          int64_t{o.views_per_step} * images_per_lane(o) * n.saved_bytes(route, o.subset)};
}

PhaseFlops phase_gflop(const AdaptOptions& o, const ImageNetwork& n) {
  const double passes = (o.sam_radius > 0 ? 2 : 1) * static_cast<double>(o.steps) * o.views_per_step *
                        images_per_lane(o) * 1e-9;
  const Route route = route_of(o, n);
  return {passes * n.forward_flops(route), passes * n.backward_flops(route, o.subset),
          1e-9 * n.forward_flops(Part::main)};
}

}  // namespace ttt
