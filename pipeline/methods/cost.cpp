#include "pipeline/methods/cost.h"

#include <algorithm>

namespace ttt {
namespace {

/// FLOPs of one product B A of every weight that has one; its two gradients cost as much each.
double product_flops(const AdaptOptions& o, const Architecture& architecture) {
  if (o.subset != Subset::low_rank) return 0;
  double sum = 0;
  for (const Parameter& p : adapted_parameters(architecture, o.task, o.subset))
    sum += 2.0 * o.rank * static_cast<double>(p.size());
  return sum;
}

}  // namespace

CostTable cost(const AdaptOptions& o, const Architecture& architecture) {
  const Part head = trained_head(o.task);
  const bool gated = o.skip_above < 1;
  const double product = product_flops(o, architecture);
  const double prediction = forward_flops(architecture, Part::main) + product;
  const double view = forward_flops(architecture, head) +
                      backward_flops(architecture, head, adapted_names(architecture, o.task, o.subset));
  CostTable table;
  for (const int m : milestones(o)) {
    const int64_t views = int64_t{m} * o.views_per_step;
    table.milestone.push_back(m);
    table.flops.push_back(prediction + (gated ? forward_flops(architecture, head) : 0) +
                          static_cast<double>(views) * view + m * 3 * product);
    table.forward_passes.push_back(1 + gated + views);
    table.backward_passes.push_back(views);
    table.gradient_steps.push_back(m);
    table.views.push_back(static_cast<int32_t>(views));
  }
  return table;
}

std::vector<int> vote_milestones(const VoteOptions& options) {
  std::vector<int> votes;
  for (int n = 1; n < options.views; n *= 2) votes.push_back(n);
  votes.push_back(options.views);
  return votes;
}

CostTable cost(const VoteOptions& o, const Architecture& architecture) {
  CostTable table;
  for (const int votes : vote_milestones(o)) {
    table.milestone.push_back(votes);
    table.flops.push_back(votes * forward_flops(architecture, Part::main));
    table.forward_passes.push_back(votes);
    table.backward_passes.push_back(0);
    table.gradient_steps.push_back(0);
    table.views.push_back(votes - 1);  // the first is the plain image
  }
  return table;
}

int affordable_views(const VoteOptions& options, const Architecture& architecture, double flops) {
  const double votes = flops / forward_flops(architecture, Part::main);
  return static_cast<int>(std::clamp(votes, 1.0, static_cast<double>(distinct_views(options.view))));
}

}  // namespace ttt
