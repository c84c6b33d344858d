#pragma once
#include <cstdint>

#include "pipeline/methods/lane_memory.h"
#include "pipeline/models/network.h"
#include "schemas/method_options.h"
#include "schemas/run_options.h"

namespace ttt {

/// What one lane of a method needs; nothing for methods that are computed from records.
LaneMemory lane_memory(const Network& network, const MethodOptions& method);

/// Bytes that lanes may fill in each of the processes `of_machine` that run on this machine. 256 MB a thread
/// on a CPU: the views of one lane fill the kernels there, and more lanes only save calls (a few per cent).
/// On a GPU half of its memory, shared among the processes that take it (prepare_process(), which comes
/// first): few lanes leave it idle, and what is on its way needs half as much again as LaneMemory counts.
int64_t room_for_lanes(const RunOptions& run, int of_machine);

/// K: run.lanes, or for run.lanes = 0 as many as fit into `room` bytes, at least 1 and at most 16 a thread;
/// a stream is one lane; on a GPU at most 256, or 32 where some of the kernels are LibTorch's
/// (Network::compute_path()), whose results depend on K. Elsewhere it changes no result.
int lanes_of(const RunOptions& run, const Network& network, const MethodOptions& method, int64_t room);

}  // namespace ttt
