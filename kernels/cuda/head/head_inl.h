#pragma once
#include "kernels/cuda/head/head.h"
#include "kernels/cuda/head/kernels.h"
#include "kernels/cuda/norm/backward.h"
#include "kernels/cuda/norm/moments.h"

// Included by the sources that choose a queue: head.cu and the tests on the host.

namespace ttt::cuda {

template <class Queue>
void head_forward(const Queue& queue, const HeadShape& s, const HeadWeights& w, const float* x,
                  const HeadState& state, float* logits) {
  measure(queue, s.lanes * s.views, {s.height * s.width, s.channels}, x, state.moments, s.norm_groups,
          s.epsilon);
  const PoolAndClassify classify = {
      s, w, {s.norm_groups, state.moments, w.scale, w.shift}, x, state.pooled, logits};
  queue.launch(classify, s.lanes * s.views, classify.shared_floats());
}

template <class Queue>
void head_backward(const Queue& queue, const HeadShape& s, const HeadWeights& w, const float* x,
                   const HeadState& state, const float* dlogits, const HeadGradients& to, float* workspace) {
  const int64_t rows = s.lanes * s.views;
  const Norm norm = {s.norm_groups, state.moments, w.scale, w.shift};
  float* sums = workspace;
  float* dz = to.x ? to.x : sums + rows * s.channels * 2;
  const UnpoolAndGate gate = {s, w, norm, x, dlogits, dz, sums};
  queue.launch(gate, rows, gate.shared_floats());
  queue.launch(LinearGradient{s, state.pooled, dlogits, to.linear, to.bias}, s.lanes, 0);
  const NormParameters parameters = {s.channels, s.views, 1, sums, to.scale, to.shift};
  queue.launch(parameters, s.lanes, parameters.shared_floats());
  if (!to.x) return;
  const NormBackward back = {{s.height * s.width, s.channels}, norm, s.views, x, dz, sums, 1, {}, to.x};
  queue.launch(back, rows, back.shared_floats());
}

}  // namespace ttt::cuda
