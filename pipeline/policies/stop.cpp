#include "pipeline/policies/stop.h"

namespace ttt {

Decision stopped(const PolicyRow& row, const Stop& stop) {
  int reached = 0;
  while (reached + 1 < row.milestones() && row.steps(reached + 1) <= stop.made) ++reached;
  return {reached, row.flops_of_steps(stop.looked)};
}

Reach every_milestone(const Options&) { return Reach::milestones; }

}  // namespace ttt
