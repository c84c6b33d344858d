#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"

// The end of a network for all lanes as one operation: logits = linear(average over pixels of
// relu(norm(x))), with GroupNorm, as kernels/cpu/head has it for one lane.

namespace ttt::cuda {

struct HeadShape {
  int64_t lanes = 1;          // K
  int views = 1;              // V
  int height = 0, width = 0;  // of x
  int channels = 0;           // C
  int classes = 0;            // O
  int norm_groups = 8;
  float epsilon = 1e-5f;  // added to the variance
};

/// Channels in multiples of the groups, at most 128; up to 1024 classes.
bool supported(const HeadShape& shape);

struct HeadWeights {
  LaneFloats scale, shift;  // [K, C]
  LaneFloats linear;        // [K, O, C]
  LaneFloats bias;          // [K, O]
};

/// What backward needs from forward besides x.
struct HeadState {
  float* pooled = nullptr;   // [K, V, C]
  float* moments = nullptr;  // [K, V, G, 2] mean and inverse deviation of the norm's groups
};

/// logits [K, V, O] from x [K, V, H, W, C].
template <class Queue>
void head_forward(const Queue& queue, const HeadShape& shape, const HeadWeights& weights, const float* x,
                  const HeadState& state, float* logits);

/// Where gradients go; x may be null.
struct HeadGradients {
  float* x = nullptr;                        // [K, V, H, W, C]
  float *scale = nullptr, *shift = nullptr;  // [K, C]
  float *linear = nullptr, *bias = nullptr;  // [K, O, C], [K, O]
};

/// Floats that head_backward() works on.
int64_t head_workspace(const HeadShape& shape);

template <class Queue>
void head_backward(const Queue& queue, const HeadShape& shape, const HeadWeights& weights, const float* x,
                   const HeadState& state, const float* dlogits, const HeadGradients& gradients,
                   float* workspace);

}  // namespace ttt::cuda
