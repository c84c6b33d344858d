#pragma once
#include "kernels/cuda/norm/terms.h"
#include "kernels/cuda/norm/view_sums.h"

namespace ttt::cuda {

/// What a residual block's shortcut adds to the gradient of its input; see Shortcut in conv/store.h.
struct ShortcutGradient {
  const float* dy = nullptr;  // [K, V, ceil(H / stride), ceil(W / stride), channels]; null: none
  int height = 0, width = 0;  // of the input
  int channels = 0, stride = 1;

  TTT_DEVICE float at(int64_t row, int pixel, int channel) const {
    if (!dy) return 0;
    if (stride == 1) return dy[(row * height * width + pixel) * channels + channel];
    const int out_height = (height + stride - 1) / stride, out_width = (width + stride - 1) / stride;
    const int y = pixel / width / stride, x = pixel % width / stride;
    const float d = dy[((row * out_height + y) * out_width + x) * channels + channel];
    return d / static_cast<float>(least(2, height - 2 * y) * least(2, width - 2 * x));
  }
};

/// From dz, the gradient behind scale and shift, to dx = inverse * (dz * scale - mean(dz * scale) - xhat *
/// mean(dz * scale * xhat)) + shortcut, means over the group. A block a view; dx may be dz.
struct NormBackward {
  ViewMap map;
  Norm norm;
  int views = 1;                // of a lane
  const float* x = nullptr;     // [K, V, H, W, C] input of the norm
  const float* dz = nullptr;    // like x
  const float* sums = nullptr;  // [K, V, bands, C, 2] of dz and dz * xhat over pixels
  int bands = 1;
  ShortcutGradient shortcut;
  float* dx = nullptr;  // like x

  int shared_floats() const { return 5 * map.channels; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t row = team.block(), lane = row / views;
    const int channels = map.channels, size = channels / norm.groups;
    float* scaled = team.shared();         // [C, 2]
    float* terms = scaled + 2 * channels;  // [C, 3] of dx = dz * gain + (x - mean) * slope + level
    team.phase([&](int t) {
      for (int n = t; n < 2 * channels; n += kThreads)
        scaled[n] = over_bands(row, n) * norm.scale.lane(lane)[n / 2];
    });
    team.phase([&](int t) {
      if (t >= channels) return;
      float plain = 0, along = 0;
      for (int c = t / size * size; c < (t / size + 1) * size; ++c)
        plain += scaled[2 * c], along += scaled[2 * c + 1];
      const float inverse = inverse_deviation(norm, channels, row, t);
      const float count = static_cast<float>(map.area * size);
      terms[3 * t] = inverse * norm.scale.lane(lane)[t];
      terms[3 * t + 1] = -inverse * inverse * (along / count);
      terms[3 * t + 2] = -inverse * (plain / count);
    });
    team.phase([&](int t) {
      const int64_t begin = row * map.floats();
      const int c = t % channels;
      if (t >= map.rows() * channels) return;
      const float mean = norm.moments[(row * norm.groups + c / size) * 2];
      const float gain = terms[3 * c], slope = terms[3 * c + 1], level = terms[3 * c + 2];
      for (int p = t / channels; p < map.area; p += map.rows()) {
        const int64_t i = begin + int64_t{p} * channels + c;
        dx[i] = dz[i] * gain + (x[i] - mean) * slope + level + shortcut.at(row, p, c);
      }
    });
  }

 private:
  TTT_DEVICE float over_bands(int64_t row, int n) const {
    float sum = 0;
    for (int band = 0; band < bands; ++band) sum += sums[(row * bands + band) * 2 * map.channels + n];
    return sum;
  }
};

/// Gradients of scale and shift of a lane: the sums of its views (and bands) in order; of more than 32 views
/// those of groups of rows first, side by side. A block a lane.
struct NormParameters {
  int channels = 0;
  int views = 1, bands = 1;
  const float* sums = nullptr;               // [K, V, bands, C, 2] of dz and dz * xhat
  float *scale = nullptr, *shift = nullptr;  // [K, C]

  TTT_ANYWHERE int groups() const { return views <= 32 ? 1 : kThreads / (2 * channels); }
  int shared_floats() const { return groups() * 2 * channels; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int width = 2 * channels, rows = views * bands, length = (rows + groups() - 1) / groups();
    team.phase([&](int t) {
      if (t >= groups() * width) return;
      const float* from = sums + team.block() * rows * width + t % width;
      const int begin = t / width * length, end = least(begin + length, rows);
      float sum = 0;
      for (int row = begin; row < end; ++row) sum += from[int64_t{row} * width];
      team.shared()[t] = sum;
    });
    team.phase([&](int t) {
      if (t >= width) return;
      float sum = team.shared()[t];
      for (int group = 1; group < groups(); ++group) sum += team.shared()[group * width + t];
      float* to = t % 2 == 0 ? shift : scale;
      to[team.block() * channels + t / 2] = sum;
    });
  }
};

}  // namespace ttt::cuda
