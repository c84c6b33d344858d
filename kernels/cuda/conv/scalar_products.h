#pragma once
#include "kernels/cuda/conv/gather.h"

namespace ttt::cuda {

/// Products of float32 one by one: a thread reads each input once for all taps of a row.
struct ScalarProducts {
  using Number = Float32;
  using Tile = ConvTile<Number>;

  /// taps[(i * 9 + tap) * pitch + o] for input channel first + i; w: the lane's weights.
  static TTT_DEVICE void stage_taps(const Tile& tile, const float* w, bool mirrored, int first, int t,
                                    float* taps) {
    const int warp = t / 32, within = t % 32, pitch = tile.weight_pitch();
    if (mirrored) {  // a warp an input channel, along contiguous memory
      const float* of_channel = w + int64_t{9} * tile.channels * (first + warp);
      for (int n = within; n < 9 * tile.channels; n += 32) {
        const int o = n / 9, tap = n % 9;
        taps[(warp * 9 + 8 - tap) * pitch + o] = first + warp < tile.in_channels ? of_channel[n] : 0;
      }
      return;
    }
    for (int n = warp; n < 9 * (tile.channels / 4); n += kThreads / 32) {  // 8 taps of 4 channels a warp
      const int row = n % 9 * 8 + within % 8, o = n / 9 * 4 + within / 8;
      const bool there = first + row / 9 < tile.in_channels;
      taps[row * pitch + o] = there ? w[(int64_t{o} * tile.in_channels + first) * 9 + row] : 0;
    }
  }

  template <class Geometry, class Team, class Sums>
  static TTT_DEVICE void accumulate(const Team& team, const Tile& tile, const BlockPlace& block, int first,
                                    const float* taps, const Pair* pixels, Sums& sums) {
    team.phase([&](int t) { accumulate_thread<Geometry>(tile, block, first, t, taps, pixels, sums[t]); });
  }

  /// Sums are where they belong already.
  template <class Geometry, class Team, class Sums>
  static TTT_DEVICE void collect(const Team&, const Tile&, Sums&) {}

 private:
  template <class Geometry>
  static TTT_DEVICE void accumulate_thread(const Tile& tile, const BlockPlace& block, int first, int t,
                                           const float* taps, const Pair* pixels,
                                           GatherSums<Geometry>& sums) {
    const ThreadPlace place = thread_place(tile, block, t);
    if (!place.busy) return;
    const int pairs = (least(kSlice, tile.in_channels - first) + 1) / 2;
    const float* of_thread = taps + 4 * place.channels;
    for (int pair = 0; pair < pairs; ++pair)
      for (int ky = 0; ky < 3; ++ky) {
        const int row = Geometry::row(place.row, ky);
        if (row < 0) continue;
        const Pair* line = pixels + pair * tile.plane() + (place.view * tile.staged_rows + row) * tile.pitch +
                           place.segment * Geometry::step;
        add_row(tile, line, of_thread + (18 * pair + 3 * ky) * tile.weight_pitch(), sums);
      }
  }

  /// Adds two input channels of three taps of a row.
  template <class Geometry>
  static TTT_DEVICE void add_row(const Tile& tile, const Pair* line, const float* taps,
                                 GatherSums<Geometry>& sums) {
    Pair x[Geometry::loaded];
    TTT_UNROLL for (int c = 0; c < Geometry::loaded; ++c) { x[c] = line[c]; }
    TTT_UNROLL for (int i = 0; i < 2; ++i) {
      TTT_UNROLL for (int kx = 0; kx < 3; ++kx) {
        const float* w = taps + (9 * i + kx) * tile.weight_pitch();
        const Quad low = quad(w), high = quad(w + tile.channels / 2);
        TTT_UNROLL for (int c = 0; c < Geometry::columns; ++c) {
          if (Geometry::column(c, kx) < 0) continue;
          const float a = x[Geometry::column(c, kx)].at[i];
          TTT_UNROLL for (int j = 0; j < 4; ++j) {
            sums.at[c][j] = multiply_add(a, low.at[j], sums.at[c][j]);
            sums.at[c][j + 4] = multiply_add(a, high.at[j], sums.at[c][j + 4]);
          }
        }
      }
    }
  }
};

}  // namespace ttt::cuda
