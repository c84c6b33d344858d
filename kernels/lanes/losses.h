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

}  // namespace ttt::lanes
