#pragma once
#include "kernels/cuda/conv/channel_sums.h"
#include "kernels/cuda/conv/gather.h"

namespace ttt::cuda {

/// What a residual block adds to its output: x itself, or with a stride the mean of the 2x2 pixels that
/// exist, and zeros for the channels it lacks.
struct Shortcut {
  const float* x = nullptr;  // [K, V, height, width, channels]; null: none
  int height = 0, width = 0, channels = 0, stride = 1;

  TTT_DEVICE Quad at(int64_t row, int y, int x_, int channel) const {
    Quad sum = {{0, 0, 0, 0}};
    if (!x || channel >= channels) return sum;
    const float* view = x + row * height * width * channels + channel;
    if (stride == 1) return quad(view + (int64_t{y} * width + x_) * channels);
    int count = 0;
    for (int i = 2 * y; i < least(2 * y + 2, height); ++i)
      for (int j = 2 * x_; j < least(2 * x_ + 2, width); ++j, ++count) {
        const Quad q = quad(view + (int64_t{i} * width + j) * channels);
        TTT_UNROLL for (int c = 0; c < 4; ++c) { sum.at[c] += q.at[c]; }
      }
    TTT_UNROLL for (int c = 0; c < 4; ++c) { sum.at[c] /= static_cast<float>(count); }
    return sum;
  }
};

/// Writes a convolution's outputs, the shortcut added, and if asked and the block has whole views the moments
/// of each group: first the mean, then the squares about it, from registers.
struct Store {
  float* out = nullptr;  // [K, V, height, width, channels]
  Shortcut shortcut;
  float* moments = nullptr;  // [K, V, groups, 2] mean and inverse deviation; null: not wanted
  int groups = 1;
  float epsilon = 0;

  template <class Team, class Tile, class Sums>
  TTT_DEVICE void finish(const Team& team, const Tile& tile, const BlockPlace& block, Sums& sums) const {
    team.phase([&](int t) { write(tile, block, thread_place(tile, block, t), sums[t]); });
    if (moments) measure(team, tile, block, sums);
  }

 private:
  template <class Tile, class Values>
  TTT_DEVICE void write(const Tile& tile, const BlockPlace& block, const ThreadPlace& place,
                        Values& values) const {
    if (!place.busy) return;
    constexpr int columns = sizeof(values.at) / sizeof(values.at[0]);
    const int64_t row = block.lane * tile.views + block.view + place.view;
    const int y = block.top + place.row;
    float* line = out + row * tile.out_floats() + int64_t{y} * tile.width * tile.channels;
    TTT_UNROLL for (int c = 0; c < columns; ++c) {
      const int x = place.segment * columns + c;
      if (x >= tile.width) break;
      TTT_UNROLL for (int half = 0; half < 2; ++half) {
        const int channel = place.channel(tile, 4 * half);
        const Quad add = shortcut.at(row, y, x, channel);
        Quad& to = quad(line + int64_t{x} * tile.channels + channel);
        TTT_UNROLL for (int j = 0; j < 4; ++j) { values.at[c][4 * half + j] += add.at[j]; }
        to = {{values.at[c][4 * half], values.at[c][4 * half + 1], values.at[c][4 * half + 2],
               values.at[c][4 * half + 3]}};
      }
    }
  }

  template <class Team, class Tile, class Sums>
  TTT_DEVICE void measure(const Team& team, const Tile& tile, const BlockPlace& block, Sums& sums) const {
    const float count = static_cast<float>(tile.height * tile.width * (tile.channels / groups));
    float* means = team.shared() + 3 * tile.sum_floats();
    ChannelSums totals(tile, block, team.shared());
    totals.add_up(team, [&](int t, const ThreadPlace& place, int j) {
      return over_columns(tile, place, sums[t], j, [](float x) { return x; });
    });
    team.phase([&](int t) {
      for (int n = t; n < block.views * groups; n += kThreads)
        means[n] = totals.group_total(n / groups, n % groups, groups) / count;
    });
    totals.add_up(team, [&](int t, const ThreadPlace& place, int j) {
      const float mean = means[place.view * groups + place.channel(tile, j) / (tile.channels / groups)];
      return over_columns(tile, place, sums[t], j, [=](float x) { return (x - mean) * (x - mean); });
    });
    team.phase([&](int t) {
      const int64_t first = block.lane * tile.views + block.view;
      for (int n = t; n < block.views * groups; n += kThreads) {
        const float variance = totals.group_total(n / groups, n % groups, groups) / count;
        float* to = moments + (first * groups + n) * 2;
        to[0] = means[n], to[1] = 1 / sqrtf(variance + epsilon);
      }
    });
  }

  template <class Tile, class Values, class F>
  TTT_DEVICE static float over_columns(const Tile& tile, const ThreadPlace& place, const Values& values,
                                       int j, F&& f) {
    constexpr int columns = sizeof(values.at) / sizeof(values.at[0]);
    float sum = 0;
    TTT_UNROLL for (int c = 0; c < columns; ++c) {
      if (place.segment * columns + c < tile.width) sum += f(values.at[c][j]);
    }
    return sum;
  }
};

}  // namespace ttt::cuda
