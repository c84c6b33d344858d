#pragma once
#include <string>
#include <vector>

#include "pipeline/analysis/bootstrap.h"
#include "pipeline/analysis/cells.h"

namespace ttt {

/// How well something that is known of a sample tells whether adaptation helps it: Spearman's rank
/// correlation within each model, then the mean over models. Intervals are percentiles of a bootstrap that
/// draws whole base images, these models taken as given.
struct Signal {
  std::string name;
  bool uses_label = false;       // nobody has it in use
  bool is_early = false;         // known before the first update
  int64_t cells = 0;             // (model, sample) pairs with the signal and both predictions
  double with_loss = undefined;  // correlation with the fall of the main loss, main_loss(0) - main_loss(S)
  Interval with_loss_interval;
  double with_gain = undefined;  // with the gain of the value (right/wrong: +1, 0 or -1)
  Interval with_gain_interval;
};

/// The signals that the method keeps the columns for. Milestone 0 must be the source model's prediction.
std::vector<Signal> signals_of(const Results& results, const Slice& slice, const MethodResults& method,
                               const BootstrapOptions& options);

}  // namespace ttt
