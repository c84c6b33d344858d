#pragma once
#include "kernels/cuda/device_queue.h"
#include "kernels/cuda/part.h"

// Updates of one weight of all lanes, the arithmetic of kernels/lanes/optimiser.h element by element. Which
// lanes step is read from device memory; the others keep their bytes.

namespace ttt::cuda {

struct SgdRule {
  float rate, momentum, decay;
  bool nesterov;
};
/// rate and bias corrected for the step: rate / (1 - beta1^step), 1 / (1 - beta2^step).
struct AdamRule {
  float rate, bias, beta1, beta2, epsilon, decay;
};

/// A weight of all lanes, [K, size] each.
struct WeightUpdate {
  int64_t lanes = 1, size = 0;
  float* weight = nullptr;
  const float* gradient = nullptr;
  float *first = nullptr, *second = nullptr;  // moments; null where the rule has none
  const bool* active = nullptr;               // [K]
  double* squares = nullptr;                  // [parts_of(size), K] parts of the squared length of the step
};

template <class Queue>
void update(const Queue& queue, const SgdRule& rule, const WeightUpdate& update);
template <class Queue>
void update(const Queue& queue, const AdamRule& rule, const WeightUpdate& update);

/// norm [K] = square root of the sum of squares [parts, K] in order; 0 where not active.
template <class Queue>
void update_norms(const Queue& queue, int64_t lanes, int64_t parts, const double* squares, const bool* active,
                  double* norm);

/// Clears active[k] where a value of lane k of x [K, size] is not finite.
template <class Queue>
void drop_lanes_not_finite(const Queue& queue, int64_t lanes, int64_t size, const float* x, bool* active);

}  // namespace ttt::cuda
