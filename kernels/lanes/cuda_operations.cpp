#include "kernels/lanes/cuda_operations.h"

#include "kernels/lanes/cuda_block.h"
#include "kernels/lanes/cuda_ends.h"
#include "kernels/lanes/cuda_steps.h"
#include "kernels/torch.h"

namespace ttt::lanes {

const CudaOperations* cuda_operations() {
  static constexpr CudaOperations operations = {
      .has_stem = cuda_stem_supported,
      .stem = cuda_stem,
      .stem_backward = cuda_stem_backward,
      .has_block = cuda_block_supported,
      .block = cuda_block,
      .block_backward = cuda_block_backward,
      .has_head = cuda_head_supported,
      .head = cuda_head,
      .head_backward = cuda_head_backward,
      .cross_entropy = cuda_cross_entropy,
      .mean_entropy = cuda_mean_entropy,
      .update_sgd = cuda_update_sgd,
      .update_adam = cuda_update_adam,
      .finite_lanes = cuda_finite_lanes,
      .draw_views = cuda_draw_views,
      .show_views = cuda_show_views,
      .low_rank_sum = cuda_low_rank_sum,
      .low_rank_sum_backward = cuda_low_rank_sum_backward,
  };
  return &operations;
}

const CudaOperations* cuda_operations_for(const at::Tensor& x) {
  return x.is_cuda() ? cuda_operations() : nullptr;
}

}  // namespace ttt::lanes
