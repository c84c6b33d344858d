#pragma once
#include <cstdint>

// Steps of one lane's weights, which lie in one piece with their gradient and moments: each is one pass.
// Element by element as kernels/lanes/optimiser.h does it.

namespace ttt::cpu {

struct SgdStep {
  float rate, momentum = 0;
  float decay = 0;  // weight decay, added to the gradient
  bool nesterov = false;
};

struct AdamStep {
  float rate;  // the learning rate over 1 - beta1^t
  float bias;  // 1 over 1 - beta2^t
  float beta1, beta2, epsilon;
  float decay = 0;   // weight decay, added to the gradient
  float shrink = 0;  // decoupled weight decay times the learning rate (Loshchilov and Hutter, ICLR 2019)
};

/// The sum of squares, in double.
double squared_length(int64_t count, const float* values);

/// Weights follow `factor` times the gradient; returns the squared length of what was taken off them.
/// velocity may be null where there is no momentum.
double sgd_step(int64_t count, const SgdStep& step, float factor, const float* gradient, float* weights,
                float* velocity);
double adam_step(int64_t count, const AdamStep& step, float factor, const float* gradient, float* weights,
                 float* first, float* second);

/// weights += share (source - weights).
void pull(int64_t count, float share, const float* source, float* weights);

/// sum = parts[0] + parts[1] + ..., in that order.
void add_up(int64_t count, const float* const* parts, int64_t number, float* sum);

}  // namespace ttt::cpu
