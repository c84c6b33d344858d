#pragma once
#include "kernels/cuda/team.h"

namespace ttt::cuda {

/// Group normalisation (Wu and He, ECCV 2018) of views whose moments are known, then scale and shift of the
/// lane: z = (x - mean) * inverse deviation * scale + shift.
struct Norm {
  int groups = 0;                  // 0: no norm
  const float* moments = nullptr;  // [K, V, groups, 2] mean and inverse deviation
  LaneFloats scale, shift;         // [K, C]
};

/// What one channel of one view needs. Subtracting the mean first keeps digits when it is much larger than
/// the deviation. Every kernel computes z by the same operations: a gate is open forward and backward
/// alike.
struct NormTerms {
  float mean, gain, shift;
  TTT_DEVICE float z(float x) const { return multiply_add(x - mean, gain, shift); }
  TTT_DEVICE float relu(float x) const {
    const float y = z(x);
    return y <= 0 ? 0 : y;  // NaN stays: a diverged lane must be seen
  }
};

TTT_DEVICE float inverse_deviation(const Norm& norm, int channels, int64_t row, int c) {
  return norm.moments[(row * norm.groups + c / (channels / norm.groups)) * 2 + 1];
}

/// Of channel c in `row`, a view's number among those of all lanes.
TTT_DEVICE NormTerms norm_terms(const Norm& norm, int channels, int64_t lane, int64_t row, int c) {
  const float* of_group = norm.moments + (row * norm.groups + c / (channels / norm.groups)) * 2;
  return {of_group[0], of_group[1] * norm.scale.lane(lane)[c], norm.shift.lane(lane)[c]};
}

}  // namespace ttt::cuda
