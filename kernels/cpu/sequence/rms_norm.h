#pragma once
#include <cstdint>

#include "kernels/cpu/sequence/matrix.h"

// RMSNorm (Zhang and Sennrich, NeurIPS 2019), row by row: y = gain x / sqrt(mean of x^2 + epsilon).

namespace ttt::cpu {

struct RmsNormShape {
  int64_t rows, width;
  float epsilon = 1e-5f;
};

/// y [rows, width] and what backward needs, inverse [rows] = 1 / sqrt(mean of x^2 + epsilon).
void rms_norm(const RmsNormShape& shape, ConstMatrix x, const float* gain, Matrix y, float* inverse);

/// y again, from what was kept.
void rms_norm_again(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                    Matrix y);

/// dx (+)= the gradient of x; dgain [width] += that of the gain, rows in order, unless it is null.
void rms_norm_backward(const RmsNormShape& shape, ConstMatrix x, const float* gain, const float* inverse,
                       ConstMatrix dy, Into into, Matrix dx, float* dgain);

}  // namespace ttt::cpu
