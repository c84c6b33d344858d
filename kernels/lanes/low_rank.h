#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

// Low-rank adaptation (Hu et al., ICLR 2022): a weight W0 shared by all lanes plus a product B A of each
// lane's own, of rank r. The product is added to W0 and the sum goes through the kernels of full weights.
// Beside it, as a convolution of its own with r channels, the product would forgo Winograd's transforms: at
// 16 to 64 channels that costs more than the weight gradient it saves.

/// W0 + B A. base [K, O, ...], b [K, O, r], a [K, r, I] with I the product of the other extents of base ->
/// like base, one a lane.
at::Tensor low_rank_sum(const at::Tensor& base, const at::Tensor& b, const at::Tensor& a);

struct LowRankGradients {
  at::Tensor b;  // [K, O, r]
  at::Tensor a;  // [K, r, I]
};

/// Gradients from that of the sum, dw [K, O, ...].
LowRankGradients low_rank_sum_backward(const at::Tensor& dw, const at::Tensor& b, const at::Tensor& a);

}  // namespace ttt::lanes
