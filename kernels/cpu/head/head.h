#pragma once
#include <cstdint>

#include "kernels/cpu/scratch.h"

// The end of a network as one operation: logits = linear(average over pixels of relu(norm(x))), with
// GroupNorm.

namespace ttt::cpu {

struct HeadShape {
  int64_t images = 1;         // V
  int height = 0, width = 0;  // of x
  int channels = 0;
  int classes = 0;
  int norm_groups = 8;
  float epsilon = 1e-5f;  // added to the variance
};

/// Channels in multiples of 8 and of the groups.
bool supported(const HeadShape& shape);

struct HeadWeights {
  const float *scale, *shift;  // [channels]
  const float* linear;         // [classes, channels]
  const float* bias;           // [classes]
};

/// What backward needs from forward besides x.
struct HeadSaved {
  float* pooled;   // [images, channels]
  float* moments;  // mean and inverse deviation of the norm's groups, [images, groups, 2]
};

/// logits [images, classes] from x [images, height, width, channels].
void head_forward(const HeadShape& shape, const HeadWeights& weights, const float* x, float* logits,
                  const HeadSaved& saved, Scratch& scratch);

/// Where gradients go, summed over the images in order; null where one is not wanted.
struct HeadGradients {
  float* x = nullptr;  // [images, height, width, channels]
  float *scale = nullptr, *shift = nullptr;
  float* linear = nullptr;
  float* bias = nullptr;
};

void head_backward(const HeadShape& shape, const HeadWeights& weights, const float* x, const HeadSaved& saved,
                   const float* dlogits, const HeadGradients& gradients, Scratch& scratch);

}  // namespace ttt::cpu
