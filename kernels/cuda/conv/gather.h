#pragma once
#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/conv/place.h"
#include "kernels/cuda/norm/terms.h"

// The direct convolution, forward and backward to the input: every output gathers its products
//   y[p, o] = sum over taps t and input channels i of a[p + t, i] * w[o, i, t].
// A block keeps a slice of 8 input channels of its pixels and of the lane's weights in shared memory; on
// their way there pixels pass norm and ReLU if there is one in front. A thread keeps columns x 8 sums in
// registers and reads each input once for all taps of a row.

namespace ttt::cuda {

/// The sums of a thread.
template <class Geometry>
struct GatherSums {
  float at[Geometry::columns][kOutPerThread];
};

template <class Geometry, class Epilogue>
struct Gather {
  ConvTile tile;
  const float* in = nullptr;  // [K, V, in_height, in_width, in_channels]
  Norm norm;                  // of `in`, before the ReLU; groups = 0: neither
  LaneFloats weights;         // [K, channels, in_channels, 3, 3], or with `mirrored` as forward has it:
  bool mirrored = false;      // [K, in_channels, channels, 3, 3]
  Epilogue epilogue;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const BlockPlace block = block_place(tile, team.block());
    float* taps = team.shared();
    float* terms = taps + tile.weight_floats();
    Pair* pixels = reinterpret_cast<Pair*>(terms + tile.term_floats());
    typename Team::template PerThread<GatherSums<Geometry>> sums;
    team.phase([&](int t) { clear(sums[t]); });
    for (int first = 0; first < tile.in_channels; first += kSlice) {
      team.phase([&](int t) {
        stage_taps(block, first, t, taps);
        if (norm.groups) stage_terms(block, first, t, terms);
      });
      team.phase([&](int t) { stage_pixels(block, first, t, terms, pixels); });
      team.phase([&](int t) { accumulate(block, first, t, taps, pixels, sums[t]); });
    }
    epilogue.finish(team, tile, block, sums);
  }

 private:
  TTT_DEVICE static void clear(GatherSums<Geometry>& sums) {
    TTT_UNROLL for (int c = 0; c < Geometry::columns; ++c) {
      TTT_UNROLL for (int j = 0; j < kOutPerThread; ++j) { sums.at[c][j] = 0; }
    }
  }

  /// taps[(i * 9 + tap) * pitch + o] for input channel first + i.
  TTT_DEVICE void stage_taps(const BlockPlace& block, int first, int t, float* taps) const {
    const float* w = weights.lane(block.lane);
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

  /// The norm's terms of 8 channels of every view.
  TTT_DEVICE void stage_terms(const BlockPlace& block, int first, int t, float* terms) const {
    if (t >= block.views * kSlice) return;
    const int view = t / kSlice, c = t % kSlice;
    const NormTerms of = norm_terms(norm, tile.in_channels, block.lane,
                                    block.lane * tile.views + block.view + view, first + c);
    terms[3 * t] = of.mean, terms[3 * t + 1] = of.gain, terms[3 * t + 2] = of.shift;
  }

  /// pixels[pair of channels][view][row][column]; zeros outside the image.
  TTT_DEVICE void stage_pixels(const BlockPlace& block, int first, int t, const float* terms,
                               Pair* pixels) const {
    const int top = Geometry::first_row(block.top), half = t % 2;
    const float* base = in + (block.lane * tile.views + block.view) * tile.in_floats() + first + 4 * half;
    const int channels = tile.in_channels - first - 4 * half;  // at hand
    for (Cursor at(tile.staged_rows, tile.staged_columns, t / 2, kThreads / 2); at.view < tile.views_together;
         at.advance()) {
      const int y = top + at.row, x = Geometry::first_column + at.column;
      Quad q = {{0, 0, 0, 0}};
      if (at.view < block.views && y >= 0 && y < tile.in_height && x >= 0 && x < tile.in_width) {
        const float* p =
            base + at.view * tile.in_floats() + (int64_t{y} * tile.in_width + x) * tile.in_channels;
        q = read(p, channels);
        if (norm.groups) normalise(terms + (at.view * kSlice + 4 * half) * 3, q);
      }
      Pair* to =
          pixels + 2 * half * tile.plane() + (at.view * tile.staged_rows + at.row) * tile.pitch + at.column;
      to[0] = {{q.at[0], q.at[1]}};
      to[tile.plane()] = {{q.at[2], q.at[3]}};
    }
  }

  /// Four channels, or those there are.
  TTT_DEVICE Quad read(const float* p, int channels) const {
    if (tile.in_channels % 4 == 0 && channels >= 4) return quad(p);
    Quad q;
    TTT_UNROLL for (int i = 0; i < 4; ++i) { q.at[i] = i < channels ? p[i] : 0; }
    return q;
  }

  TTT_DEVICE static void normalise(const float* terms, Quad& q) {
    TTT_UNROLL for (int i = 0; i < 4; ++i) {
      q.at[i] = NormTerms{terms[3 * i], terms[3 * i + 1], terms[3 * i + 2]}.relu(q.at[i]);
    }
  }

  TTT_DEVICE void accumulate(const BlockPlace& block, int first, int t, const float* taps, const Pair* pixels,
                             GatherSums<Geometry>& sums) const {
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
        add_row(line, of_thread + (18 * pair + 3 * ky) * tile.weight_pitch(), sums);
      }
  }

  /// Adds two input channels of three taps of a row.
  TTT_DEVICE void add_row(const Pair* line, const float* taps, GatherSums<Geometry>& sums) const {
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
