#pragma once
#include "kernels/cuda/block/block.h"
#include "kernels/cuda/conv/conv.h"
#include "kernels/cuda/norm/backward.h"

// Included by the sources that choose a queue: block.cu and the tests on the host.

namespace ttt::cuda {

namespace block_detail {

/// Memory of a backward pass.
struct Workspace {
  float* sums;     // of a gate
  float* partial;  // of a weight gradient
};

/// One half of the block seen from behind: from dy of the convolution to the gradients of its weights, of the
/// norm before it and, where dx is not null, of the norm's input.
struct Half {
  ConvShape conv;
  Norm norm;
  const float* x;  // input of the norm
  LaneFloats weights;
  float *dscale, *dshift, *dweights;
  ShortcutGradient shortcut;
};

template <class Queue>
void half_backward(const Queue& queue, const Half& half, const float* dy, float* dx, const Workspace& work) {
  const ConvShape& s = half.conv;
  if (half.dweights) weight_gradient(queue, s, half.x, half.norm, dy, half.dweights, work.partial);
  convolve_back(queue, s, dy, half.weights, Gate{half.x, half.norm, dx, work.sums});
  const int bands = gate_bands(s);
  const NormParameters parameters = {s.in_channels, s.views, bands, work.sums, half.dscale, half.dshift};
  queue.launch(parameters, s.lanes, parameters.shared_floats());
  if (!dx) return;
  const NormBackward kernel = {{s.height * s.width, s.in_channels},
                               half.norm,
                               s.views,
                               half.x,
                               dx,
                               work.sums,
                               bands,
                               half.shortcut,
                               dx};
  queue.launch(kernel, s.lanes * s.views, kernel.shared_floats());
}

}  // namespace block_detail

template <class Queue>
void block_forward(const Queue& queue, const BlockShape& s, const BlockWeights& w, const float* x,
                   Moments1 moments1, const BlockState& state, float* y, float* y_moments) {
  const ConvShape conv1 = s.conv1(), conv2 = s.conv2();
  if (moments1 == Moments1::compute)
    measure(queue, conv1.lanes * conv1.views, {s.height * s.width, s.in_channels}, x, state.moments1,
            s.norm_groups, s.epsilon);
  convolve_and_measure(queue, conv1, x, {s.norm_groups, state.moments1, w.scale1, w.shift1}, w.conv1, {},
                       state.inner, state.moments2, s.norm_groups, s.epsilon);
  convolve_and_measure(queue, conv2, state.inner, {s.norm_groups, state.moments2, w.scale2, w.shift2},
                       w.conv2, {x, s.height, s.width, s.in_channels, s.stride}, y, y_moments, s.norm_groups,
                       s.epsilon);
}

template <class Queue>
void block_backward(const Queue& queue, const BlockShape& s, const BlockWeights& w, const float* x,
                    const BlockState& state, const float* dy, const BlockGradients& to, float* workspace) {
  using namespace block_detail;
  const ConvShape conv1 = s.conv1(), conv2 = s.conv2();
  float* d_inner = workspace;
  float* sums = d_inner + conv2.lanes * conv2.views * conv2.in_floats();
  const Workspace work = {sums, sums + gate_sum_floats(s)};
  half_backward(queue,
                {conv2,
                 {s.norm_groups, state.moments2, w.scale2, w.shift2},
                 state.inner,
                 w.conv2,
                 to.scale2,
                 to.shift2,
                 to.conv2,
                 {}},
                dy, d_inner, work);
  half_backward(queue,
                {conv1,
                 {s.norm_groups, state.moments1, w.scale1, w.shift1},
                 x,
                 w.conv1,
                 to.scale1,
                 to.shift1,
                 to.conv1,
                 {dy, s.height, s.width, s.out_channels, s.stride}},
                d_inner, to.x, work);
}

}  // namespace ttt::cuda
