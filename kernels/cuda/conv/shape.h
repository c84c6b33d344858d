#pragma once
#include "kernels/cuda/team.h"
#include "schemas/run_options.h"

// A 3x3 convolution with padding 1 and no bias, for lanes of images with weights of their own.
// Activations are [K, V, H, W, C], weights [K, O, I, 3, 3].

namespace ttt::cuda {

struct ConvShape {
  int64_t lanes = 1;          // K
  int views = 1;              // V
  int height = 0, width = 0;  // of the input
  int in_channels = 0, out_channels = 0;
  int stride = 1;                            // 1 or 2
  Precision precision = Precision::float32;  // of what is multiplied; sums are always float32

  TTT_ANYWHERE int out_height() const { return (height + stride - 1) / stride; }
  TTT_ANYWHERE int out_width() const { return (width + stride - 1) / stride; }
  TTT_ANYWHERE int64_t in_floats() const { return int64_t{height} * width * in_channels; }  // of a view
  TTT_ANYWHERE int64_t out_floats() const { return int64_t{out_height()} * out_width() * out_channels; }
  TTT_ANYWHERE int64_t weights() const { return int64_t{9} * in_channels * out_channels; }  // of a lane
};

/// What the kernels can do: out channels in multiples of 8 up to 128, in channels too or up to 4 (an
/// image's, in float32), stride 1 or 2, and rows narrow enough for a block; not float64.
bool supported(const ConvShape& shape);

}  // namespace ttt::cuda
