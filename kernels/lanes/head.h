#pragma once
#include <ATen/core/Tensor.h>

namespace ttt::lanes {

/// Weights of the end of a network, or their gradients.
struct HeadWeights {
  at::Tensor norm_scale, norm_shift;  // [K, C]
  at::Tensor weight;                  // [K, O, C]
  at::Tensor bias;                    // [K, O]
};

/// What a forward pass leaves for the backward pass besides x.
struct HeadState {
  at::Tensor pooled;   // [K, V, C]
  at::Tensor moments;  // [K, V, G, 2] of the norm (group_norm.h)
};

struct HeadForward {
  at::Tensor logits;  // [K, V, O]
  HeadState state;
};

/// logits = linear(mean over the map of relu(group_norm(x))), x [K, V, H, W, C].
HeadForward head(const at::Tensor& x, const HeadWeights& weights, int groups);

struct HeadGradients {
  at::Tensor input;  // like x; undefined when not wanted
  HeadWeights weights;
};

HeadGradients head_backward(const at::Tensor& dlogits, const at::Tensor& x, const HeadState& state,
                            const HeadWeights& weights, int groups, bool want_input);

}  // namespace ttt::lanes
