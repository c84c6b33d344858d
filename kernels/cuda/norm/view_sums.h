#pragma once
#include "kernels/cuda/team.h"

namespace ttt::cuda {

/// One view's map [area, channels] and how a block reads it: neighbouring threads take neighbouring channels,
/// and rows of threads take pixels in turn.
struct ViewMap {
  int area = 0, channels = 0;  // at most kThreads channels

  TTT_ANYWHERE int64_t floats() const { return int64_t{area} * channels; }
  TTT_ANYWHERE int rows() const { return kThreads / channels; }
  /// Shared memory of view_sums(), in floats.
  TTT_ANYWHERE int sum_floats() const { return kThreads + channels; }
};

/// Sums over the pixels of a view of f(index, channel), per channel, in an order that depends on the map
/// alone. Returns where they are: [channels] in `shared`, until it is written again.
template <class Team, class F>
TTT_DEVICE const float* view_sums(const Team& team, const ViewMap& map, float* shared, F&& f) {
  float* totals = shared + kThreads;
  team.phase([&](int t) {
    float sum = 0;
    for (int p = t / map.channels; t < map.rows() * map.channels && p < map.area; p += map.rows())
      sum += f(int64_t{p} * map.channels + t % map.channels, t % map.channels);
    shared[t] = sum;
  });
  team.phase([&](int t) {
    if (t >= map.channels) return;
    float sum = 0;
    for (int row = 0; row < map.rows(); ++row) sum += shared[row * map.channels + t];
    totals[t] = sum;
  });
  return totals;
}

/// Sum of per_channel over group g of `groups`.
TTT_DEVICE float group_sum(const float* per_channel, int channels, int groups, int g) {
  const int size = channels / groups;
  float sum = 0;
  for (int c = g * size; c < (g + 1) * size; ++c) sum += per_channel[c];
  return sum;
}

}  // namespace ttt::cuda
