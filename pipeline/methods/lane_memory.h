#pragma once
#include <cstdint>

namespace ttt {

/// What one lane needs beside the shared source weights, in bytes. The reference network under the published
/// setting: 1.47 MB of weights, as much of gradients, and 32 MB saved for the backward pass of 32 views.
struct LaneMemory {
  int64_t weights = 0;  // adapted ones, of its own as soon as it has stepped
  int64_t gradients = 0;
  int64_t moments = 0;  // of the optimiser
  int64_t saved = 0;    // views and what they leave for the backward pass

  int64_t total() const { return weights + gradients + moments + saved; }
};

}  // namespace ttt
