#pragma once
#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/device_queue.h"

// The first convolution of a network, on images: their few channels are padded with zeros on the way into
// shared memory, and they want no gradient. ConvShape says what is known: see supported().

namespace ttt::cuda {

/// y [K, V, H', W', O], H' = ceil(H / stride), from x [K, V, H, W, C] and weights [K, O, C, 3, 3]. moments
/// may be null; else those of y for a norm of `groups`, [K, V, groups, 2].
template <class Queue>
void stem_forward(const Queue& queue, const ConvShape& shape, const LaneFloats& weights, const float* x,
                  float* y, float* moments, int groups, float epsilon);

/// Floats that stem_backward() works on.
int64_t stem_workspace(const ConvShape& shape);

/// dweights [K, O, C, 3, 3].
template <class Queue>
void stem_backward(const Queue& queue, const ConvShape& shape, const float* x, const float* dy,
                   float* dweights, float* workspace);

}  // namespace ttt::cuda
