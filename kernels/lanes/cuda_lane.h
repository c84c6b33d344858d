#pragma once
#include <ATen/core/Tensor.h>

#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"

namespace ttt::lanes {

// What the adapters of the hand-written CUDA kernels share.

/// fp32 in the memory of a GPU: what these kernels work on.
bool is_cuda_float(const at::Tensor& x);

/// The stream that library calls on x go to as well; x's device is the current one until the end.
class QueueOf {
 public:
  explicit QueueOf(const at::Tensor& x);
  ~QueueOf();
  QueueOf(const QueueOf&) = delete;
  QueueOf& operator=(const QueueOf&) = delete;
  operator const cuda::DeviceQueue&() const { return queue_; }

 private:
  int before_;  // device
  cuda::DeviceQueue queue_;
};

/// Where the lanes of a weight are that is contiguous within each (layout.h, contiguous_lanes()).
cuda::LaneFloats lane_floats(const at::Tensor& weight);

/// Null where x is undefined.
float* floats_or_null(const at::Tensor& x);

}  // namespace ttt::lanes
