#pragma once
#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What an episode did to a cell, from milestone 0 to the last.
struct Outcome {
  double loss_fall = undefined;  // main_loss(0) - main_loss(S), nats; undefined without either prediction
  double flip = undefined;  // +1: wrong to right, -1: right to wrong, else 0; undefined for unusable cells
};

Outcome outcome_of(const MethodResults& method, int model, int64_t row);

}  // namespace ttt
