#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

// What each view says, of logits [K, V, C]; no gradient passes. Where a logit is not a number, neither are
// entropy and probability.

/// Entropy of softmax(logits_v) in nats, as the logits are: [K, V].
at::Tensor entropies(const at::Tensor& logits);

/// softmax(logits_v) at classes[k, v] (int64), as the logits are: [K, V].
at::Tensor probability_of(const at::Tensor& logits, const at::Tensor& classes);

/// The same by library calls, for the memory of a GPU.
at::Tensor composed_probability_of(const at::Tensor& logits, const at::Tensor& classes);

/// The most likely class, the first of equals: [K, V] int64.
at::Tensor predicted_classes(const at::Tensor& logits);

}  // namespace ttt::lanes
