#pragma once
#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/device_queue.h"

// A pre-activation residual block for all lanes (He et al., ECCV 2016; the reference network of Sun et al.,
// ICML 2020), as kernels/cpu/block has it for one:
//   y = shortcut(x) + conv2(relu(norm2(conv1(relu(norm1(x))))))
// Norm and ReLU ride on the convolutions' way into shared memory, the shortcut and the moments of the result
// on their way out. Activations are [K, V, H, W, C]; nothing couples lanes, and a lane's results are the same
// bits whoever its neighbours are.

namespace ttt::cuda {

struct BlockShape {
  int64_t lanes = 1;          // K
  int views = 1;              // V
  int height = 0, width = 0;  // of x
  int in_channels = 0, out_channels = 0;
  int stride = 1;
  int norm_groups = 8;
  float epsilon = 1e-5f;                     // added to the variance
  Precision precision = Precision::float32;  // of what convolutions multiply

  ConvShape conv1() const {
    return {lanes, views, height, width, in_channels, out_channels, stride, precision};
  }
  ConvShape conv2() const {
    return {lanes, views,    conv1().out_height(), conv1().out_width(), out_channels, out_channels,
            1,     precision};
  }
};

/// Shapes of convolutions that the kernels know, channels in multiples of the groups, and with stride 1 as
/// many out as in. Everything else is for other kernels.
bool supported(const BlockShape& shape);

/// Weights of the lanes; a lane stride of 0 means shared.
struct BlockWeights {
  LaneFloats scale1, shift1;  // [K, I]
  LaneFloats conv1;           // [K, O, I, 3, 3]
  LaneFloats scale2, shift2;  // [K, O]
  LaneFloats conv2;           // [K, O, O, 3, 3]
};

/// What backward needs from forward besides x; the rest is computed again.
struct BlockState {
  float* inner = nullptr;     // conv1's output, [K, V, H', W', O]
  float* moments1 = nullptr;  // [K, V, G, 2] mean and inverse deviation of x's groups
  float* moments2 = nullptr;  // of inner's
};

/// Whether moments1 hold those of x already.
enum class Moments1 { compute, given };

/// y [K, V, H', W', O], H' = ceil(H / stride). y_moments may be null; else the moments of y for a norm of as
/// many groups.
template <class Queue>
void block_forward(const Queue& queue, const BlockShape& shape, const BlockWeights& weights, const float* x,
                   Moments1 moments1, const BlockState& state, float* y, float* y_moments);

/// Where gradients go; null where one is not wanted.
struct BlockGradients {
  float* x = nullptr;                          // [K, V, H, W, I]
  float *scale1 = nullptr, *shift1 = nullptr;  // [K, I]; the norms' are always wanted
  float* conv1 = nullptr;                      // [K, O, I, 3, 3]; both or none
  float *scale2 = nullptr, *shift2 = nullptr;
  float* conv2 = nullptr;
};

/// Floats that block_backward() works on, and how many of them are for sums over pixels.
int64_t block_workspace(const BlockShape& shape);
int64_t gate_sum_floats(const BlockShape& shape);

template <class Queue>
void block_backward(const Queue& queue, const BlockShape& shape, const BlockWeights& weights, const float* x,
                    const BlockState& state, const float* dy, const BlockGradients& gradients,
                    float* workspace);

}  // namespace ttt::cuda
