#pragma once
#include "kernels/cuda/conv/channel_sums.h"
#include "kernels/cuda/conv/gather.h"

namespace ttt::cuda {

/// Behind the input gradient of a convolution stand the ReLU and the norm before it: writes dz, the gradient
/// where z > 0 and else 0, and the sums over pixels that the norm's gradients are made of.
struct Gate {
  const float* x = nullptr;  // [K, V, height, width, channels] input of the norm
  Norm norm;
  float* dz = nullptr;    // like x; null: not wanted
  float* sums = nullptr;  // [K, V, bands, channels, 2] sum of dz and of dz * xhat

  template <class Team, class Tile, class Sums>
  TTT_DEVICE void finish(const Team& team, const Tile& tile, const BlockPlace& block, Sums& values) const {
    typename Team::template PerThread<ColumnSums> columns;
    team.phase([&](int t) {
      const ThreadPlace place = thread_place(tile, block, t);
      TTT_UNROLL for (int half = 0; half < 2; ++half) {
        if (place.busy) shut(tile, block, place, half, values[t], columns[t]);
      }
    });
    ChannelSums totals(tile, block, team.shared());
    totals.add_up(team, [&](int t, const ThreadPlace&, int j) { return columns[t].dz[j]; });
    team.phase([&](int t) { write(tile, block, totals, 0, t); });
    totals.add_up(team, [&](int t, const ThreadPlace&, int j) { return columns[t].dz_xhat[j]; });
    team.phase([&](int t) { write(tile, block, totals, 1, t); });
  }

 private:
  /// Sums of a thread over its columns.
  struct ColumnSums {
    float dz[kOutPerThread], dz_xhat[kOutPerThread];
  };

  /// Turns da of four channels into dz, writes it and adds it up.
  template <class Tile, class Values>
  TTT_DEVICE void shut(const Tile& tile, const BlockPlace& block, const ThreadPlace& place, int half,
                       const Values& da, ColumnSums& own) const {
    constexpr int columns = sizeof(da.at) / sizeof(da.at[0]);
    const int64_t row = block.lane * tile.views + block.view + place.view;
    const int64_t line =
        row * tile.out_floats() + int64_t{block.top + place.row} * tile.width * tile.channels;
    const int channel = place.channel(tile, 4 * half);
    NormTerms terms[4];
    float inverse[4];
    TTT_UNROLL for (int j = 0; j < 4; ++j) {
      terms[j] = norm_terms(norm, tile.channels, block.lane, row, channel + j);
      inverse[j] = inverse_deviation(norm, tile.channels, row, channel + j);
      own.dz[4 * half + j] = own.dz_xhat[4 * half + j] = 0;
    }
    TTT_UNROLL for (int c = 0; c < columns; ++c) {
      const int column = place.segment * columns + c;
      if (column >= tile.width) break;
      const int64_t at = line + int64_t{column} * tile.channels + channel;
      const Quad q = quad(x + at);
      Quad d;
      TTT_UNROLL for (int j = 0; j < 4; ++j) {
        d.at[j] = terms[j].z(q.at[j]) > 0 ? da.at[c][4 * half + j] : 0;
        own.dz[4 * half + j] += d.at[j];
        own.dz_xhat[4 * half + j] += d.at[j] * ((q.at[j] - terms[j].mean) * inverse[j]);
      }
      if (dz) quad(dz + at) = d;
    }
  }

  template <class Tile>
  TTT_DEVICE void write(const Tile& tile, const BlockPlace& block, const ChannelSums<Tile>& totals, int which,
                        int t) const {
    for (int n = t; n < block.views * tile.channels; n += kThreads) {
      const int view = n / tile.channels, c = n % tile.channels;
      const int64_t row = block.lane * tile.views + block.view + view;
      sums[((row * tile.bands + block.band) * tile.channels + c) * 2 + which] = totals.total(view, c);
    }
  }
};

}  // namespace ttt::cuda
