#pragma once
#include <cstdint>

#include "schemas/options.h"

namespace ttt {

/// [model.NAME.training]: how a network of sequences is trained: AdamW (Loshchilov and Hutter, ICLR 2019), a
/// linear warm-up and half a cosine.
struct SequenceTrainingOptions {
  int64_t steps = 1800;
  int batch = 8;                // windows (or puzzles) a step
  double learning_rate = 4e-3;  // peak rate
  int64_t warmup = 50;          // steps on which the rate rises from 0
  double final_share = 0.05;    // of the peak rate, at the end
  double beta1 = 0.9, beta2 = 0.98, epsilon = 1e-8;
  double weight_decay = 0.01;  // decoupled, of all weights
  double clip = 1;             // the gradient's Euclidean norm is at most this; 0: not clipped
  bool operator==(const SequenceTrainingOptions&) const = default;
};
Fields fields(SequenceTrainingOptions& options);
void validate(const SequenceTrainingOptions& options);

}  // namespace ttt
