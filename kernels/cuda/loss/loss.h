#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/team.h"

// Losses of all lanes and their gradients by the logits [K, V, C]: the mathematics of kernels/lanes/losses.h.
// A few hundred numbers a lane: in double, one thread a view.

namespace ttt::cuda {

struct LossShape {
  int64_t lanes = 1;  // K
  int views = 1;      // V
  int classes = 1;    // C
};

/// value [K]: cross-entropy of class target [K, V], mean over the views. workspace: K * V doubles.
template <class Queue>
void cross_entropy(const Queue& queue, const LossShape& shape, const float* logits, const int64_t* target,
                   float* value, float* gradient, double* workspace);

/// value [K]: entropy of the mean over views of softmax(logits). workspace: K * (V + 1) * C doubles.
template <class Queue>
void mean_entropy(const Queue& queue, const LossShape& shape, const float* logits, float* value,
                  float* gradient, double* workspace);

}  // namespace ttt::cuda
