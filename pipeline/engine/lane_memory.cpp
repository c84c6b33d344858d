#include "pipeline/engine/lane_memory.h"

#include <algorithm>

namespace ttt {
namespace {

constexpr int64_t cache_bytes = int64_t{64} << 20;
constexpr int most_lanes = 16;
constexpr int64_t gpu_bytes = int64_t{16} << 30;  // fits each GPU that kernels are compiled for
constexpr int most_gpu_lanes = 256;

int halved(int size, int stride) { return (size + stride - 1) / stride; }

/// Floats that a view leaves for the backward pass on its way through the trunk and one head.
int64_t saved_floats(const Architecture& a, Part head) {
  int64_t height = halved(a.height, a.options.stem_stride), width = halved(a.width, a.options.stem_stride);
  int64_t floats = int64_t{a.height} * a.width * a.channels;
  int64_t channels = a.options.widths[0];
  for (const Part part : {Part::trunk, head})
    for (const BlockPlace& block : a.blocks(part)) {
      floats += height * width * block.in_channels;
      height = halved(static_cast<int>(height), block.stride);
      width = halved(static_cast<int>(width), block.stride);
      channels = block.out_channels;
      floats += height * width * channels;
    }
  return floats + height * width * channels;
}

LaneMemory memory_of(const AdaptOptions& o, const Architecture& a) {
  const std::vector<std::string> adapted = adapted_names(a, o.task, o.subset);
  int64_t weights = 0;
  for (const Parameter& p : a.parameters())
    if (std::ranges::find(adapted, p.name) != adapted.end()) weights += p.size();
  const int moments = o.optimiser == Optimiser::adam ? 2 : o.momentum != 0 ? 1 : 0;
  const int64_t saved = saved_floats(a, o.task == Task::rotation ? Part::auxiliary : Part::main);
  const int64_t bytes = a.precision == Precision::float64 ? 8 : 4;
  return {bytes * weights, bytes * weights, bytes * moments * weights, bytes * o.views_per_step * saved};
}

/// A vote predicts only: no map outlives the block after it.
LaneMemory memory_of(const VoteOptions& o, const Architecture& a) {
  const int64_t bytes = a.precision == Precision::float64 ? 8 : 4;
  const int64_t map = int64_t{halved(a.height, a.options.stem_stride)} *
                      halved(a.width, a.options.stem_stride) * a.options.widths[0];
  return {.saved = bytes * o.views * 3 * map};
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
  return static_cast<int>(std::clamp<int64_t>(cache_bytes / lane, 1, most_lanes));
}

}  // namespace ttt
