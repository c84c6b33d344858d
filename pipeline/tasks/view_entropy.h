#pragma once
#include <ATen/core/Tensor.h>

namespace ttt {

/// `share` of the largest entropy that a prediction over the classes of logits [K, V, C] can have: share ln
/// C.
double entropy_margin(const at::Tensor& logits, double share);

/// Weights [K, V] under which operations::weighted_entropy() is the mean over the views that are `kept` [K,
/// V] of `weight` [K, V] times their entropy; all 0 where no view of a lane is kept.
at::Tensor mean_over_kept(const at::Tensor& kept, const at::Tensor& weight);

}  // namespace ttt
