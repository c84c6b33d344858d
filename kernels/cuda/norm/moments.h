#pragma once
#include "kernels/cuda/norm/view_sums.h"

namespace ttt::cuda {

/// Mean and inverse deviation of the groups of every view: first the mean, then the squares about it, safe
/// when the mean is much larger than the deviation. A block a view.
struct Moments {
  ViewMap map;
  int groups = 1;
  float epsilon = 0;
  const float* x = nullptr;  // [K, V, H, W, C]
  float* moments = nullptr;  // [K, V, groups, 2]

  int shared_floats() const { return map.sum_floats() + map.channels; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const float* view = x + team.block() * map.floats();
    const float count = static_cast<float>(map.area * (map.channels / groups));
    float* mean = team.shared() + map.sum_floats();  // [groups]
    const auto group_of = [&](int c) { return c / (map.channels / groups); };
    const float* sums = view_sums(team, map, team.shared(), [&](int64_t i, int) { return view[i]; });
    team.phase([&](int t) {
      if (t < groups) mean[t] = group_sum(sums, map.channels, groups, t) / count;
    });
    view_sums(team, map, team.shared(), [&](int64_t i, int c) {
      const float d = view[i] - mean[group_of(c)];
      return d * d;
    });
    team.phase([&](int t) {
      if (t >= groups) return;
      float* to = moments + (team.block() * groups + t) * 2;
      to[0] = mean[t];
      to[1] = 1 / sqrtf(group_sum(sums, map.channels, groups, t) / count + epsilon);
    });
  }
};

/// Moments of `views` maps.
template <class Queue>
void measure(const Queue& queue, int64_t views, const ViewMap& map, const float* x, float* moments,
             int groups, float epsilon) {
  const Moments kernel = {map, groups, epsilon, x, moments};
  queue.launch(kernel, views, kernel.shared_floats());
}

}  // namespace ttt::cuda
