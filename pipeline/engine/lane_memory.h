#pragma once
#include <cstdint>

#include "pipeline/model/architecture.h"
#include "schemas/method_options.h"
#include "schemas/run_options.h"

namespace ttt {

/// What one lane needs beside the shared source weights, in bytes. The reference network under the published
/// setting: 1.47 MB of weights, as much of gradients, and 32 MB saved for the backward pass of 32 views.
struct LaneMemory {
  int64_t weights = 0;  // adapted ones, of its own as soon as it has stepped
  int64_t gradients = 0;
  int64_t moments = 0;  // of the optimiser
  int64_t saved = 0;    // views, and of each residual block its input and the output of its first convolution

  int64_t total() const { return weights + gradients + moments + saved; }
};
LaneMemory lane_memory(const Architecture& architecture, const MethodOptions& method);

/// Bytes that lanes may fill in each of the processes `of_machine` that run on this machine. 256 MB a thread
/// on a CPU: the views of one lane fill the kernels there, and more lanes only save calls (a few per cent).
/// On a GPU half of its memory, shared among the processes that take it (prepare_process(), which comes
/// first): few lanes leave it idle, and what is on its way needs half as much again as LaneMemory counts.
int64_t room_for_lanes(const RunOptions& run, int of_machine);

/// K: run.lanes, or for run.lanes = 0 as many as fit into `room` bytes, at least 1 and at most 16 a thread;
/// on a GPU at most 256, or 32 where some of the kernels are LibTorch's (compute_path()), whose results
/// depend on K. Elsewhere it changes no result.
int lanes_of(const RunOptions& run, const Architecture& architecture, const MethodOptions& method,
             int64_t room);

}  // namespace ttt
