#pragma once
#include "kernels/cuda/head/head.h"
#include "kernels/cuda/norm/terms.h"
#include "kernels/cuda/norm/view_sums.h"

namespace ttt::cuda {

/// pooled and logits of a view. A block a view.
struct PoolAndClassify {
  HeadShape shape;
  HeadWeights weights;
  Norm norm;
  const float* x = nullptr;
  float* pooled = nullptr;
  float* logits = nullptr;

  ViewMap map() const { return {shape.height * shape.width, shape.channels}; }
  int shared_floats() const { return map().sum_floats() + shape.channels; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t row = team.block(), lane = row / shape.views;
    const ViewMap m = {shape.height * shape.width, shape.channels};
    const float* view = x + row * m.floats();
    const float* sums = view_sums(team, m, team.shared(), [&](int64_t i, int c) {
      return norm_terms(norm, shape.channels, lane, row, c).relu(view[i]);
    });
    float* mean = team.shared() + m.sum_floats();
    team.phase([&](int t) {
      if (t >= shape.channels) return;
      mean[t] = sums[t] / static_cast<float>(m.area);
      pooled[row * shape.channels + t] = mean[t];
    });
    team.phase([&](int t) {
      for (int o = t; o < shape.classes; o += kThreads) {
        const float* w = weights.linear.lane(lane) + int64_t{o} * shape.channels;
        float sum = weights.bias.lane(lane)[o];
        for (int c = 0; c < shape.channels; ++c) sum += mean[c] * w[c];
        logits[row * shape.classes + o] = sum;
      }
    });
  }
};

/// dz of every pixel of a view, and its sums for the norm. A block a view.
struct UnpoolAndGate {
  HeadShape shape;
  HeadWeights weights;
  Norm norm;
  const float* x = nullptr;
  const float* dlogits = nullptr;  // [K, V, O]
  float* dz = nullptr;             // like x
  float* sums = nullptr;           // [K, V, 1, C, 2] of dz and dz * xhat

  int shared_floats() const { return kThreads + 2 * shape.channels; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t row = team.block(), lane = row / shape.views;
    const int channels = shape.channels;
    const ViewMap m = {shape.height * shape.width, channels};
    const float* view = x + row * m.floats();
    float* d = team.shared() + m.sum_floats();  // gradient of a pixel's activation, by channel
    team.phase([&](int t) {
      if (t >= channels) return;
      float sum = 0;
      for (int o = 0; o < shape.classes; ++o)
        sum += dlogits[row * shape.classes + o] * weights.linear.lane(lane)[int64_t{o} * channels + t];
      d[t] = sum / static_cast<float>(m.area);
    });
    const auto gated = [&](int64_t i, int c) {
      return norm_terms(norm, channels, lane, row, c).z(view[i]) > 0 ? d[c] : 0;
    };
    const float* totals = view_sums(team, m, team.shared(), [&](int64_t i, int c) {
      const float value = gated(i, c);
      dz[row * m.floats() + i] = value;
      return value;
    });
    team.phase([&](int t) { keep(row, t, 0, totals); });
    view_sums(team, m, team.shared(), [&](int64_t i, int c) {
      const float mean = norm_terms(norm, channels, lane, row, c).mean;
      return gated(i, c) * ((view[i] - mean) * inverse_deviation(norm, channels, row, c));
    });
    team.phase([&](int t) { keep(row, t, 1, totals); });
  }

 private:
  TTT_DEVICE void keep(int64_t row, int t, int which, const float* totals) const {
    if (t < shape.channels) sums[(row * shape.channels + t) * 2 + which] = totals[t];
  }
};

/// Gradients of linear and bias of a lane: over its views in order. A block a lane.
struct LinearGradient {
  HeadShape shape;
  const float* pooled = nullptr;   // [K, V, C]
  const float* dlogits = nullptr;  // [K, V, O]
  float *linear = nullptr, *bias = nullptr;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t lane = team.block();
    const float* p = pooled + lane * shape.views * shape.channels;
    const float* d = dlogits + lane * shape.views * shape.classes;
    team.phase([&](int t) {
      for (int n = t; n < shape.classes * shape.channels; n += kThreads) {
        float sum = 0;
        for (int v = 0; v < shape.views; ++v)
          sum += d[v * shape.classes + n / shape.channels] * p[v * shape.channels + n % shape.channels];
        linear[lane * shape.classes * shape.channels + n] = sum;
      }
      for (int o = t; o < shape.classes; o += kThreads) {
        float sum = 0;
        for (int v = 0; v < shape.views; ++v) sum += d[v * shape.classes + o];
        bias[lane * shape.classes + o] = sum;
      }
    });
  }
};

}  // namespace ttt::cuda
