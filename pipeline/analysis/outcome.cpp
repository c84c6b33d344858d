#include "pipeline/analysis/outcome.h"

#include <cmath>

namespace ttt {

Outcome outcome_of(const CellScores& scores, const MethodResults& method, int model, int64_t row) {
  const Column before{&method, 0};
  const Column after{&method, static_cast<int>(method.cost.milestone.size()) - 1};
  const double gain = scores.family().gain(scores.value(after, model, row), scores.value(before, model, row));
  if (!std::isfinite(gain)) return {};
  return {value(before, &Records::main_loss, model, row) - value(after, &Records::main_loss, model, row),
          gain};
}

}  // namespace ttt
