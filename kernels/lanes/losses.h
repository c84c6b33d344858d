#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// A loss of each lane and its gradient by the logits.
struct Loss {
  at::Tensor value;     // [K]
  at::Tensor gradient;  // [K, V, C], d value[k] / d logits[k]
};

/// Cross-entropy of class `target` [K, V] (int64) under softmax(logits [K, V, C]), mean over the views.
Loss cross_entropy(const at::Tensor& logits, const at::Tensor& target);

/// Entropy of the mean over views of softmax(logits [K, V, C]) (MEMO: Zhang, Levine and Finn, NeurIPS 2022,
/// eq. 2).
Loss mean_entropy(const at::Tensor& logits);

/// Mean over views of weight_v H(softmax(logits_v)), (1 / V) sum_v w_v H(p_v), of logits [K, V, C] and
/// constants `weight` [K, V] (any floating type). With weights of 1 it is the loss of Tent (Wang et al., ICLR
/// 2021); with other weights, 0 for a view that is left out, those of EATA, SAR and DeYO. One view of weight
/// 1 gives the bytes of mean_entropy(). A lane in which a logit is not a number has a loss that is not a
/// number, whatever the weight.
Loss weighted_entropy(const at::Tensor& logits, const at::Tensor& weight);

}  // namespace ttt::lanes
