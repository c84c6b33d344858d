#include "pipeline/analysis/outcome.h"

namespace ttt {

Outcome outcome_of(const MethodResults& method, int model, int64_t row) {
  const Column before{&method, 0};
  const Column after{&method, static_cast<int>(method.cost.milestone.size()) - 1};
  if (!usable(after, model, row)) return {};
  return {value(before, &Records::main_loss, model, row) - value(after, &Records::main_loss, model, row),
          static_cast<double>(int{right(after, model, row)} - int{right(before, model, row)})};
}

}  // namespace ttt
