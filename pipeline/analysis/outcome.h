#pragma once
#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What an episode did to a cell, from milestone 0 to the last.
struct Outcome {
  double loss_fall = undefined;  // main_loss(0) - main_loss(S), nats; undefined without either prediction
  double gain = undefined;       // of the value, positive where it is better; undefined without either value
};

Outcome outcome_of(const CellScores& scores, const MethodResults& method, int model, int64_t row);

}  // namespace ttt
