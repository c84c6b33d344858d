#pragma once
#include <vector>

#include "pipeline/analysis/cells.h"
#include "pipeline/analysis/statistics.h"

namespace ttt {

/// What became of a method's episodes on a slice.
struct EpisodeCounts {
  int64_t ok = 0, skipped = 0, diverged = 0, bad_input = 0;
  int64_t missing = 0;  // rows of units that a partial aggregation did not find
};

EpisodeCounts count_episodes(const MethodResults& method, const Slice& slice);

/// The auxiliary loss before each update, beside what adaptation did to the main loss.
struct AuxiliaryTrace {
  std::vector<double> mean;           // [S] over cells, nats
  std::vector<Interval> over_models;  // [S] t interval over the models' means
  int64_t episodes = 0;               // with a first and a last auxiliary loss and both main losses
  int64_t fell = 0;                   // auxiliary loss lower at the last step than at the first
  int64_t fell_main_rose = 0;         // of these, main loss higher at the last milestone than at the first
};

AuxiliaryTrace auxiliary_trace(const MethodResults& method, const Slice& slice, double confidence);

}  // namespace ttt
