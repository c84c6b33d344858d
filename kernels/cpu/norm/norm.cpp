#include "kernels/cpu/norm/norm.h"

#include <algorithm>
#include <cmath>

namespace ttt::cpu {

void norm_moments(const NormShape& shape, ConstPixels x, float* moments, Scratch& scratch) {
  const Scratch::Lease lease(scratch);
  float* mean = scratch.take(shape.channels);
  float* squares = scratch.take(shape.channels);
  channel_moments(shape, x, mean, squares, scratch);

  const int size = shape.channels / shape.groups;
  const double pixels = static_cast<double>(shape.height) * shape.width;
  for (int g = 0; g < shape.groups; ++g, mean += size, squares += size) {
    double group_mean = 0, group_squares = 0;
    for (int c = 0; c < size; ++c) group_mean += mean[c] / static_cast<double>(size);
    for (int c = 0; c < size; ++c)
      group_squares += squares[c] + pixels * (mean[c] - group_mean) * (mean[c] - group_mean);
    const double variance = group_squares / (pixels * size);
    moments[2 * g] = static_cast<float>(group_mean);
    moments[2 * g + 1] = static_cast<float>(1.0 / std::sqrt(variance + static_cast<double>(shape.epsilon)));
  }
}

NormTerms take_terms(int channels, Scratch& scratch) {
  return {scratch.take(channels), scratch.take(channels), scratch.take(channels), scratch.take(channels)};
}

NormTerms norm_terms(const NormShape& shape, const float* scale, const float* shift, const float* moments,
                     Scratch& scratch) {
  const NormTerms terms = take_terms(shape.channels, scratch);
  const int size = shape.channels / shape.groups;
  for (int c = 0; c < shape.channels; ++c) {
    const float mean = moments[c / size * 2], inverse = moments[c / size * 2 + 1];
    terms.inverse[c] = inverse;
    terms.offset[c] = -mean * inverse;
    terms.scale[c] = inverse * scale[c];
    terms.shift[c] = shift[c] - mean * terms.scale[c];
  }
  return terms;
}

NormSums take_sums(int channels, Scratch& scratch) {
  const NormSums sums = {scratch.take(channels), scratch.take(channels)};
  std::fill_n(sums.dz, channels, 0.0f);
  std::fill_n(sums.dz_xhat, channels, 0.0f);
  return sums;
}

NormGradient norm_gradient(const NormShape& shape, const float* scale, const float* moments,
                           const NormSums& sums, Scratch& scratch) {
  const NormGradient gradient = {scratch.take(shape.channels), scratch.take(shape.channels),
                                 scratch.take(shape.channels)};
  const int size = shape.channels / shape.groups;
  const double values = static_cast<double>(shape.height) * shape.width * size;
  for (int g = 0; g < shape.groups; ++g) {
    const double mean = moments[2 * g], inverse = moments[2 * g + 1];
    double average = 0, average_xhat = 0;
    for (int c = g * size; c < (g + 1) * size; ++c) {
      average += static_cast<double>(scale[c]) * sums.dz[c] / values;
      average_xhat += static_cast<double>(scale[c]) * sums.dz_xhat[c] / values;
    }
    for (int c = g * size; c < (g + 1) * size; ++c) {
      gradient.gain[c] = static_cast<float>(inverse * scale[c]);
      gradient.slope[c] = static_cast<float>(-inverse * inverse * average_xhat);
      gradient.level[c] = static_cast<float>(inverse * (mean * inverse * average_xhat - average));
    }
  }
  return gradient;
}

}  // namespace ttt::cpu
