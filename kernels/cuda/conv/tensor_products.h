#pragma once
#include "kernels/cuda/conv/gather.h"
#include "kernels/cuda/tensor_core.h"

namespace ttt::cuda {

/// Products on the tensor cores. Rows of A are pixels: 8 segments, two columns of each, half a segment apart;
/// columns of B are output channels; a word of k is a pair's half of the slice of input channels. Thread
/// (g, t) of a warp therefore loads pair t of the columns under segment g once for all taps of a row, as in
/// ScalarProducts, and of its 64 sums it has those of
///   8 segments x 32 channels of the warp: segment g, channels 4t... of both halves; nothing is left to do;
///   16 segments x 16 channels, where there are no more: segments g and g + 8, channels 4t...; collect() then
///   trades with a neighbour.
/// Threads without outputs compute too; what they read exists or is zero, and nobody reads their sums.
template <class Number_>
struct TensorProducts {
  using Number = Number_;
  using Tile = ConvTile<Number>;

  /// taps[tap][pair of words][output channel][word]; w: the lane's weights. Output channels in the order of
  /// channel_at(); what is not written belongs to channels that do not exist.
  static TTT_DEVICE void stage_taps(const Tile& tile, const float* w, bool mirrored, int first, int t,
                                    float* taps) {
    constexpr int per_word = Number::per_word;
    const int warp = t / 32, within = t % 32;
    // Word n of a tap and output channel, of input channels `pitch` apart.
    const auto stage = [&](int n, int tap, int o, const float* from, int64_t pitch) {
      const int own = first + n * per_word;
      taps[tap * tile.tap_pitch() + n / 2 * 2 * tile.weight_pitch() + channel_at(tile, o) + n % 2] =
          Number::word([&](int i) { return own + i < tile.in_channels ? from[(own + i) * pitch] : 0; });
    };
    if (mirrored) {  // a warp a word, along contiguous memory
      for (int n = within; n < 9 * tile.channels; n += 32)
        stage(warp, 8 - n % 9, n / 9, w + n, int64_t{9} * tile.channels);
      return;
    }
    for (int n = warp; n < 9 * (tile.channels / 4); n += kThreads / 32) {  // 8 taps of 4 channels a warp
      const int row = n % 9 * 8 + within % 8, o = n / 9 * 4 + within / 8;
      stage(row / 9, row % 9, o, w + int64_t{o} * tile.in_channels * 9 + row % 9, 9);
    }
  }

  template <class Geometry, class Team, class Sums>
  static TTT_DEVICE void accumulate(const Team& team, const Tile& tile, const BlockPlace&, int,
                                    const float* taps, const Pair* pixels, Sums& sums) {
    if (tile.tiles_together() == 4)
      add_slice<Geometry, 1>(team, tile, taps, pixels, sums);
    else
      add_slice<Geometry, 2>(team, tile, taps, pixels, sums);
    team.barrier();
  }

  /// Of segments g and g + 8, threads t = 0, 1 keep the first and t = 2, 3 the second, for 8 channels: each
  /// gives the other's sums away, through shared memory.
  template <class Geometry, class Team, class Sums>
  static TTT_DEVICE void collect(const Team& team, const Tile& tile, Sums& sums) {
    if (tile.tiles_together() == 4) return;
    const auto other = [](int t) { return t % 4 < 2 ? 4 : 0; };  // first sum of those to trade
    team.phase([&](int t) {
      TTT_UNROLL for (int n = 0; n < 4 * Geometry::columns; ++n) {
        const float* own = sums[t].at[n / 4];
        team.shared()[n * kThreads + t] = other(t) ? own[n % 4 + 4] : own[n % 4];
      }
    });
    team.phase([&](int t) {
      TTT_UNROLL for (int n = 0; n < 4 * Geometry::columns; ++n) {
        const float got = team.shared()[n * kThreads + (t ^ 2)];
        float* own = sums[t].at[n / 4];
        own[n % 4 + 4] = other(t) ? got : own[n % 4 + 4];
        own[n % 4] = other(t) ? own[n % 4] : got;
      }
    });
  }

 private:
  /// Where a segment lies among the pixels: the offset of the first row of its view, and its own row.
  struct Line {
    int first, row;
  };
  template <int segments>
  struct Lines {
    Line at[segments];
  };
  template <class Geometry>
  struct Window {
    Pair at[Geometry::loaded];
  };
  template <int halves>
  struct Weights {
    Quad of_half[halves];
  };

  /// Two neighbouring columns of C are one thread's: with two B beside each other it has 4 neighbouring
  /// channels of each run. Their words are read as one quad; a quarter of a warp reads 2 columns of 4 pairs,
  /// 8 floats apart modulo 32: no bank conflicts.
  static TTT_DEVICE int channel_at(const Tile& tile, int o) {
    const int half = o < tile.channels / 2 ? 0 : 1, within = o - half * (tile.channels / 2);
    const int run = half * tile.channel_tiles() + within / 4, j = within % 4;
    return (2 * run + j % 2) * 4 + j / 2 * 2;
  }

  /// Each thread with `segments` segments and 2 / segments runs of 4 channels of each.
  template <class Geometry, int segments, class Team, class Sums>
  static TTT_DEVICE void add_slice(const Team& team, const Tile& tile, const float* taps, const Pair* pixels,
                                   Sums& sums) {
    constexpr int apart = Geometry::columns / 2, halves = 2 / segments;
    typename Team::template PerThread<Lines<segments>> lines;
    typename Team::template PerThread<Window<Geometry>> windows;
    typename Team::template PerThread<Weights<halves>> weights;
    team.each([&](int t) {
      TTT_UNROLL for (int s = 0; s < segments; ++s) {
        lines[t].at[s] = line<Geometry>(tile, warp_place(tile, t, s), t);
      }
    });
    for (int ky = 0; ky < 3; ++ky) {
      TTT_UNROLL for (int s = 0; s < segments; ++s) {
        team.each([&](int t) { windows[t] = read<Geometry>(tile, pixels, lines[t].at[s], ky); });
        TTT_UNROLL for (int kx = 0; kx < 3; ++kx) {
          team.each(
              [&](int t) { weights[t] = read<halves>(tile, taps + (3 * ky + kx) * tile.tap_pitch(), t); });
          TTT_UNROLL for (int c = 0; c < apart; ++c) {
            if (Geometry::column(c, kx) < 0) continue;
            TTT_UNROLL for (int n = 0; n < 2 * halves; ++n) {  // 8 columns of B each
              team.template multiply_add<Number>([&](int t) {
                const Pair& left = windows[t].at[Geometry::column(c, kx)];
                const Pair& right = windows[t].at[Geometry::column(c + apart, kx)];
                const float* b = weights[t].of_half[n / 2].at + n % 2 * 2;
                return Fragments{{left.at[0], right.at[0], left.at[1], right.at[1]},
                                 {b[0], b[1]},
                                 sums[t].at[c] + 4 * s + 2 * n,
                                 sums[t].at[c + apart] + 4 * s + 2 * n};
              });
            }
          }
        }
      }
    }
  }

  /// B of two neighbouring blocks of 8 columns, for each of a thread's runs of channels.
  template <int halves>
  static TTT_DEVICE Weights<halves> read(const Tile& tile, const float* tap, int t) {
    Weights<halves> weights;
    TTT_UNROLL for (int half = 0; half < halves; ++half) {
      const int run = half * tile.channel_tiles() + warp_run(tile, t);
      weights.of_half[half] = quad(tap + t % 4 * 2 * tile.weight_pitch() + (2 * run + t % 32 / 4) * 4);
    }
    return weights;
  }

  /// The line of a place, or of the first one if it is none of the tile's; in the plane of thread t.
  template <class Geometry>
  static TTT_DEVICE Line line(const Tile& tile, int place, int t) {
    if (place >= tile.views_together * tile.view_segments()) place = 0;
    return {t % 4 * tile.plane() + place / tile.view_segments() * tile.staged_rows * tile.pitch +
                place / tile.rows % tile.segments * Geometry::step,
            place % tile.rows};
  }

  /// The pixels of a segment under a row of taps. Half a warp reads 4 rows of 4 planes: rows are an odd
  /// number of pairs apart, planes 4 modulo 8, so there are no bank conflicts with stride 1, and pairs of
  /// them with 2.
  template <class Geometry>
  static TTT_DEVICE Window<Geometry> read(const Tile& tile, const Pair* pixels, const Line& line, int ky) {
    const int row = Geometry::row(line.row, ky);
    const bool there = !Geometry::skips_rows || row >= 0;
    const Pair* from = pixels + line.first + row * tile.pitch;
    Window<Geometry> window;
    TTT_UNROLL for (int c = 0; c < Geometry::loaded; ++c) { window.at[c] = there ? from[c] : Pair{{0, 0}}; }
    return window;
  }
};

}  // namespace ttt::cuda
