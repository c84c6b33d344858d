#include "pipeline/methods/cost.h"

#include <algorithm>

namespace ttt {

CostTable cost(const AdaptOptions& o, const Architecture& architecture) {
  const Part head = o.task == Task::rotation ? Part::auxiliary : Part::main;
  const bool gated = o.skip_above < 1;
  const double prediction = forward_flops(architecture, Part::main);
  const double view = forward_flops(architecture, head) +
                      backward_flops(architecture, head, adapted_names(architecture, o.task, o.subset));
  CostTable table;
  for (const int m : milestones(o)) {
    const int64_t views = int64_t{m} * o.views_per_step;
    table.milestone.push_back(m);
    table.flops.push_back(prediction + (gated ? forward_flops(architecture, head) : 0) +
                          static_cast<double>(views) * view);
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
