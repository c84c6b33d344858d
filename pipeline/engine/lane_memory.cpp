#include "pipeline/engine/lane_memory.h"

#include <algorithm>

namespace ttt {
namespace {

constexpr int64_t host_bytes = int64_t{256} << 20;  // of each rank
constexpr int most_lanes = 16;
constexpr int64_t gpu_bytes = int64_t{16} << 30;  // fits each GPU that kernels are compiled for
constexpr int most_gpu_lanes = 256;

int64_t float_bytes(const Architecture& a) { return a.precision == Precision::float64 ? 8 : 4; }

/// Floats that a view leaves for the backward pass on its way through the trunk and one head.
int64_t saved_floats(const Architecture& a, Part head) {
  const std::vector<BlockPlace> way = a.way(head);
  int64_t floats = int64_t{a.height} * a.width * a.channels + way.back().out_floats();
  for (const BlockPlace& block : way) floats += block.in_floats() + block.out_floats();
  return floats;
}

LaneMemory memory_of(const AdaptOptions& o, const Architecture& a) {
  int64_t weights = 0;
  for (const Parameter& p : adapted_parameters(a, o.task, o.subset)) weights += p.size() * float_bytes(a);
  const int moments = o.optimiser == Optimiser::adam ? 2 : o.momentum != 0 ? 1 : 0;
  return {weights, weights, moments * weights,
          o.views_per_step * saved_floats(a, trained_head(o.task)) * float_bytes(a)};
}

/// A vote predicts only: no map outlives the block after it.
LaneMemory memory_of(const VoteOptions& o, const Architecture& a) {
  return {.saved = 3 * o.views * a.way(Part::main).front().in_floats() * float_bytes(a)};
}

LaneMemory memory_of(const EnsembleOptions&, const Architecture&) { return {}; }

}  // namespace

LaneMemory lane_memory(const Architecture& architecture, const MethodOptions& method) {
  return std::visit([&](const auto& options) { return memory_of(options, architecture); }, method.options);
}

int lanes_of(const RunOptions& run, const Architecture& architecture, const MethodOptions& method) {
  if (run.lanes > 0) return run.lanes;
  const int64_t lane = std::max<int64_t>(1, lane_memory(architecture, method).total());
  if (architecture.device == Device::cuda)
    return static_cast<int>(std::clamp<int64_t>(gpu_bytes / lane, 1, most_gpu_lanes));
  return static_cast<int>(std::clamp<int64_t>(host_bytes / lane, 1, most_lanes));
}

}  // namespace ttt
