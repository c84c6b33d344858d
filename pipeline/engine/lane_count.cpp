#include "pipeline/engine/lane_count.h"

#include <algorithm>

#include "kernels/lanes/cuda_device.h"
#include "pipeline/methods/registry.h"

namespace ttt {
namespace {

constexpr int64_t host_bytes = int64_t{256} << 20;  // a thread
constexpr int most_lanes = 16 /* a thread */, most_gpu_lanes = 256;

/// On a GPU library calls round by the number of lanes, which must not follow from that of ranks.
constexpr int most_library_lanes = 32;

int most_lanes_of(const RunOptions& run, const Network& n) {
  if (n.device == Device::cpu) return run.threads * most_lanes;
  return n.compute_path().all_by_hand() ? most_gpu_lanes : most_library_lanes;
}

}  // namespace

LaneMemory lane_memory(const Network& network, const MethodOptions& method) {
  const Evaluation* evaluation = kind_of(method).evaluation;
  return evaluation ? evaluation->memory(method.kind.options, network) : LaneMemory{};
}

int64_t room_for_lanes(const RunOptions& run, int of_machine) {
  if (run.device == Device::cpu) return run.threads * host_bytes;
  const int gpus = lanes::cuda_devices();
  return lanes::cuda_device_memory() / 2 / ((of_machine + gpus - 1) / gpus);
}

int lanes_of(const RunOptions& run, const Network& network, const MethodOptions& method, int64_t room) {
  const Evaluation* evaluation = kind_of(method).evaluation;
  if (evaluation && evaluation->in_streams(method.kind.options)) return 1;
  if (run.lanes > 0) return run.lanes;
  const int64_t lane = std::max<int64_t>(1, lane_memory(network, method).total());
  return static_cast<int>(std::clamp<int64_t>(room / lane, 1, most_lanes_of(run, network)));
}

}  // namespace ttt
