#pragma once
#include <cstdint>

#include "kernels/cpu/pixels.h"
#include "kernels/cpu/scratch.h"

// The first convolution of a network: 3x3 with padding 1 from an image's 3 or 1 channels. Direct: half a per
// cent of the network's work. An image needs no gradient.

namespace ttt::cpu {

struct StemShape {
  int64_t images = 1;         // V
  int height = 0, width = 0;  // of x
  int in_channels = 3;
  int out_channels = 0;
  int stride = 1;

  int out_height() const { return strided(height, stride); }
  int out_width() const { return strided(width, stride); }
};

/// 3 or 1 channels in, a multiple of 8 out, stride 1 or 2.
bool supported(const StemShape& shape);

/// y [images, out_height, out_width, out] from x [images, height, width, in], weights [out, in, 3, 3].
void stem_forward(const StemShape& shape, const float* weights, const float* x, float* y, Scratch& scratch);

/// Gradient of the weights [out, in, 3, 3], summed over the images in order.
void stem_backward(const StemShape& shape, const float* x, const float* dy, float* dweights,
                   Scratch& scratch);

}  // namespace ttt::cpu
