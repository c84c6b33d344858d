#include "pipeline/engine/lane_memory.h"

#include <algorithm>

#include "kernels/lanes/cuda_device.h"
#include "pipeline/model/path.h"

namespace ttt {
namespace {

constexpr int64_t host_bytes = int64_t{256} << 20;  // a thread
constexpr int most_lanes = 16 /* a thread */, most_gpu_lanes = 256;

/// On a GPU library calls round by the number of lanes, which must not follow from that of ranks.
constexpr int most_library_lanes = 32;

int most_lanes_of(const RunOptions& run, const Architecture& a) {
  if (a.device == Device::cpu) return run.threads * most_lanes;
  return compute_path(a).all_by_hand() ? most_gpu_lanes : most_library_lanes;
}

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

int64_t room_for_lanes(const RunOptions& run, int of_machine) {
  if (run.device == Device::cpu) return run.threads * host_bytes;
  const int gpus = lanes::cuda_devices();
  return lanes::cuda_device_memory() / 2 / ((of_machine + gpus - 1) / gpus);
}

int lanes_of(const RunOptions& run, const Architecture& architecture, const MethodOptions& method,
             int64_t room) {
  if (run.lanes > 0) return run.lanes;
  const int64_t lane = std::max<int64_t>(1, lane_memory(architecture, method).total());
  return static_cast<int>(std::clamp<int64_t>(room / lane, 1, most_lanes_of(run, architecture)));
}

}  // namespace ttt
