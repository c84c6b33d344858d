#pragma once
#include <cstdint>

#include "kernels/cpu/sequence/matrix.h"

namespace ttt::cpu {

/// Rows of logits [rows, classes] and the class of each that came true.
struct Predicted {
  int64_t rows, classes;
  const int32_t* targets;
};

/// nats [rows] = -log of the softmax at the target; best [rows] is the class of the largest logit, the lowest
/// of equals, and -1 where nats is not a number.
void cross_entropy(const Predicted& predicted, ConstMatrix logits, float* nats, int32_t* best);

/// The same to the bit, and the logits become the gradient of `share` times the sum of nats.
void cross_entropy_gradient(const Predicted& predicted, float share, Matrix logits, float* nats,
                            int32_t* best);

}  // namespace ttt::cpu
