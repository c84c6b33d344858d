#pragma once
#include "kernels/cpu/pixels.h"
#include "kernels/cpu/scratch.h"

// GroupNorm followed by ReLU, one image at a time (Wu and He, ECCV 2018): per group of channels
//   xhat = (x - mean) / sqrt(variance + epsilon),   a = max(0, xhat * scale + shift).
// Backward, with dz = da where a > 0, else 0, and averages over a group's values:
//   dscale = sum dz xhat,   dshift = sum dz,
//   dx = (scale dz - average(scale dz) - xhat average(scale dz xhat)) / sqrt(variance + epsilon).

namespace ttt::cpu {

struct NormShape {
  int height, width, channels, groups;
  float epsilon;
  int simd;  // floats of a vector; divides channels
};

/// Per image, what the passes over its pixels need: rows of [channels].
struct NormTerms {
  float* scale;  // a = max(0, x * scale + shift)
  float* shift;
  float* inverse;  // xhat = x * inverse + offset
  float* offset;
};
NormTerms take_terms(int channels, Scratch& scratch);

/// Per channel of one image: the mean, and the sum of squared deviations from it, [channels] each. Deviations
/// are summed about the mean of a row while the row is in cache, then about the mean of all: safe however
/// large the mean.
void channel_moments(const NormShape& shape, ConstPixels x, float* mean, float* squares, Scratch& scratch);

/// Mean and inverse deviation of every group of one image, [groups, 2].
void norm_moments(const NormShape& shape, ConstPixels x, float* moments, Scratch& scratch);

NormTerms norm_terms(const NormShape& shape, const float* scale, const float* shift, const float* moments,
                     Scratch& scratch);

/// a = max(0, x * scale + shift).
void norm_relu(const NormShape& shape, ConstPixels x, const NormTerms& terms, Pixels a);

/// Sums of a over the pixels of the image, [channels].
void norm_relu_sums(const NormShape& shape, ConstPixels x, const NormTerms& terms, float* sums);

/// Per channel over the pixels of one image: what the gradients of the norm are made of.
struct NormSums {
  float* dz;       // sum dz
  float* dz_xhat;  // sum dz xhat
};
NormSums take_sums(int channels, Scratch& scratch);  // zero

/// dz = gradient where a > 0, else 0, for one gradient per channel (after a global average pool), and its
/// sums.
void gate_constant(const NormShape& shape, ConstPixels x, const NormTerms& terms, const float* gradient,
                   Pixels dz, const NormSums& sums);

/// dx = dz * gain + x * slope + level, [channels] each.
struct NormGradient {
  float *gain, *slope, *level;
};
NormGradient norm_gradient(const NormShape& shape, const float* scale, const float* moments,
                           const NormSums& sums, Scratch& scratch);

/// dx = dz * gain + x * slope + level + add; without add where add.data is null. dx may be add or
/// dz.
void norm_input_gradient(const NormShape& shape, ConstPixels x, ConstPixels dz, const NormGradient& gradient,
                         ConstPixels add, Pixels dx);

/// Copies an image between layouts.
void copy_pixels(const NormShape& shape, ConstPixels from, Pixels to);

}  // namespace ttt::cpu
