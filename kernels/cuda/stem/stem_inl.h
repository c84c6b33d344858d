#pragma once
#include "kernels/cuda/conv/conv.h"
#include "kernels/cuda/norm/moments.h"
#include "kernels/cuda/stem/stem.h"

// Included by the sources that choose a queue: stem.cu and the tests on the host.

namespace ttt::cuda {

template <class Queue>
void stem_forward(const Queue& queue, const ConvShape& s, const LaneFloats& weights, const float* x, float* y,
                  float* moments, int groups, float epsilon) {
  convolve_and_measure(queue, s, x, {}, weights, {}, y, moments, groups, epsilon);
}

template <class Queue>
void stem_backward(const Queue& queue, const ConvShape& s, const float* x, const float* dy, float* dweights,
                   float* workspace) {
  weight_gradient(queue, s, x, {}, dy, dweights, workspace);
}

}  // namespace ttt::cuda
