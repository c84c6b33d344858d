#include "pipeline/methods/adapt_cost.h"

#include "pipeline/tasks/registry.h"

namespace ttt {
namespace {

Part head_of(const AdaptOptions& o) { return task_of(o.task).head; }

/// FLOPs of one product B A of every weight that has one; its two gradients cost as much each.
double product_flops(const AdaptOptions& o, const Architecture& architecture) {
  if (o.subset != Subset::low_rank) return 0;
  double sum = 0;
  for (const Parameter& p : adapted_parameters(architecture, head_of(o), o.subset))
    sum += 2.0 * o.rank * static_cast<double>(p.size());
  return sum;
}

double backward_of(const AdaptOptions& o, const Architecture& a) {
  return backward_flops(a, head_of(o), adapted_names(a, head_of(o), o.subset));
}

}  // namespace

CostTable adapt_cost(const AdaptOptions& o, const Architecture& a) {
  const Task& task = task_of(o.task);
  const bool gated = o.skip_above < 1;
  const double product = product_flops(o, a);
  const double prediction = forward_flops(a, Part::main) + product;
  const int passes = o.sam_radius > 0 ? 2 : 1;  // of a view
  const int forwards = passes * (1 + task.extra_forwards(o.task.options));
  const double view = forwards * forward_flops(a, task.head) + passes * backward_of(o, a);
  CostTable table;
  for (const int m : milestones(o)) {
    const int steps = in_streams(o) ? o.steps : m;  // later samples of a stream rest on all steps of this one
    const int64_t views = int64_t{steps} * o.views_per_step * images_per_lane(o);
    table.milestone.push_back(m);
    table.flops.push_back(prediction + (gated ? forward_flops(a, task.head) : 0) +
                          static_cast<double>(views) * view + steps * passes * 3 * product);
    table.forward_passes.push_back(1 + gated + views * forwards);
    table.backward_passes.push_back(views * passes);
    table.gradient_steps.push_back(m);
    table.views.push_back(static_cast<int32_t>(views));
  }
  return table;
}

LaneMemory adapt_memory(const AdaptOptions& o, const Architecture& a) {
  int64_t weights = 0;
  for (const Parameter& p : adapted_parameters(a, head_of(o), o.subset)) weights += p.size() * float_bytes(a);
  const int moments = o.optimiser == Optimiser::adam ? 2 : o.momentum != 0 ? 1 : 0;
  return {weights, weights, moments * weights,
          int64_t{o.views_per_step} * images_per_lane(o) * saved_bytes(a, head_of(o))};
}

PhaseFlops phase_gflop(const AdaptOptions& o, const Architecture& a) {
  const double passes = (o.sam_radius > 0 ? 2 : 1) * static_cast<double>(o.steps) * o.views_per_step *
                        images_per_lane(o) * 1e-9;
  return {passes * forward_flops(a, head_of(o)), passes * backward_of(o, a),
          1e-9 * forward_flops(a, Part::main)};
}

}  // namespace ttt
