#pragma once
#include <ATen/core/Tensor.h>

#include "schemas/run_options.h"

namespace ttt::lanes {

/// Weights of a pre-activation basic block (He et al., ECCV 2016), or their gradients; undefined where not
/// wanted.
struct BlockWeights {
  at::Tensor norm1_scale, norm1_shift;  // [K, I]
  at::Tensor conv1;                     // [K, O, I, 3, 3]
  at::Tensor norm2_scale, norm2_shift;  // [K, O]
  at::Tensor conv2;                     // [K, O, O, 3, 3]
};

struct BlockOptions {
  int stride = 1;
  int groups = 8;                                    // of both norms
  Convolution convolution = Convolution::winograd4;  // libtorch: composed of library calls
  Precision precision = Precision::float32;
  bool keep = true;  // what the backward pass needs; without, the hand-written CPU kernels keep nothing
};

/// What a forward pass leaves for the backward pass besides x: the rest is computed again.
struct BlockState {
  at::Tensor inner;               // [K, V, H', W', O] output of the first convolution
  at::Tensor moments1, moments2;  // [K, V, G, 2] of x and of `inner` (group_norm.h)
};

struct BlockForward {
  at::Tensor y;  // [K, V, H', W', O], H' = ceil(H / stride)
  BlockState state;
};

/// y = shortcut(x) + conv2(relu(norm2(conv1(relu(norm1(x)))))). The shortcut is x itself, or with a stride
/// the mean over stride x stride pixels (those that exist at an odd border), with zero channels appended up
/// to O.
BlockForward residual_block(const at::Tensor& x, const BlockWeights& weights, const BlockOptions& options);

struct BlockGradients {
  at::Tensor input;  // like x; undefined when not wanted
  BlockWeights weights;
};

/// Norm gradients are always given, convolution gradients only when wanted (they cost a third of the pass).
BlockGradients residual_block_backward(const at::Tensor& dy, const at::Tensor& x, const BlockState& state,
                                       const BlockWeights& weights, const BlockOptions& options,
                                       bool want_input, bool want_convolutions);

}  // namespace ttt::lanes
