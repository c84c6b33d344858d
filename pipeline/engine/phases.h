#pragma once
#include "pipeline/methods/adaptation.h"

namespace ttt {

/// Where the time of an episode goes, in seconds of one sample.
struct Phases {
  // Of all steps.
  double views = 0;  // drawn and made
  double forward = 0;
  double loss = 0;
  double backward = 0;
  double optimiser = 0;  // whether gradients are finite, and the update
  // Of one.
  double prediction = 0;
};

/// Runs episodes of `samples` side by side with the adaptation step of evaluate(), and takes the time at the
/// end of each phase; a GPU is waited for after each.
Phases measure_phases(const AdaptOptions& options, const SourceNetwork& source, const Samples& samples,
                      uint64_t seed);

}  // namespace ttt
