#pragma once
#include <algorithm>

#include "kernels/cuda/conv/pixels.h"
#include "kernels/cuda/conv/shape.h"

namespace ttt::cuda {

/// How the gradient is dealt to blocks and threads: 4 output x 2 input channels x 9 taps a thread.
struct ScalarWeightTile {
  static constexpr int rows_together = 1;

  ConvShape shape;
  int slice = 16;  // input channels of a block
  int rows = 1;    // of dy in shared memory at a time

  TTT_ANYWHERE int slices() const { return (shape.in_channels + slice - 1) / slice; }
  TTT_ANYWHERE int quads() const { return shape.out_channels / 4; }
  TTT_ANYWHERE int team() const { return quads() * (slice / 2); }  // threads that share a row
  TTT_ANYWHERE int groups() const { return kThreads / team(); }
  TTT_ANYWHERE int in_rows() const { return (rows - 1) * shape.stride + 3; }
  TTT_ANYWHERE int in_columns() const { return (shape.out_width() - 1) * shape.stride + 3; }
  // Shared memory, in floats.
  TTT_ANYWHERE int term_floats() const { return round_up(slice * 3, 4); }
  TTT_ANYWHERE int in_floats() const { return in_rows() * in_columns() * slice; }
  TTT_ANYWHERE int out_floats() const { return rows * shape.out_width() * shape.out_channels; }
  TTT_ANYWHERE int sum_floats() const { return groups() / 2 * team() * 72; }
  int shared_floats() const { return std::max(term_floats() + in_floats() + out_floats(), sum_floats()); }
};

/// Products of float32 one by one: a thread slides a window of 3x3 pixels along a row.
template <int kStride>
struct ScalarWeightProducts {
  using Tile = ScalarWeightTile;
  Tile tile;

  struct Sums {
    float at[72];  // [output channel][input channel][tap]
  };

  /// pixels[row][column][channel of the slice] = relu(norm(x)); zeros outside the image.
  TTT_DEVICE void stage_pixels(const NormedView& x, int top, int t, float* pixels) const {
    const int quads = tile.slice / 4, columns = tile.in_columns();
    const int channel = t % quads * 4;  // quads divides kThreads: a thread keeps its channels
    for (int n = t / quads; n < tile.in_rows() * columns; n += kThreads / quads)
      quad(pixels + n * tile.slice + channel) =
          x.at(top * kStride - 1 + n / columns, n % columns - 1, channel);
  }

  /// gradients[row][column][output channel]: contiguous memory.
  TTT_DEVICE void stage_gradients(const float* dy, int top, int t, float* gradients) const {
    const ConvShape& s = tile.shape;
    const int rows = least(tile.rows, s.out_height() - top), line = s.out_width() * s.out_channels;
    const float* from = dy + int64_t{top} * line;
    for (int n = 4 * t; n < rows * line; n += 4 * kThreads) quad(gradients + n) = quad(from + n);
  }

  template <class Team, class AllSums>
  TTT_DEVICE void accumulate(const Team& team, int top, const float* pixels, const float* gradients,
                             AllSums& sums) const {
    team.phase([&](int t) { accumulate_thread(top, t, pixels, gradients, sums[t]); });
  }

  /// Into dw [O, I, 3, 3] of a lane and a chunk, from input channel `first` on.
  TTT_DEVICE void write(float* dw, int first, int t, const Sums& sums) const {
    const int output = t % tile.quads() * 4, input = first + t / tile.quads() * 2;
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        if (input + i >= tile.shape.in_channels) continue;
        float* nine = dw + (int64_t{output + o} * tile.shape.in_channels + input + i) * 9;
        TTT_UNROLL for (int tap = 0; tap < 9; ++tap) { nine[tap] = sums.at[index(o, i, tap)]; }
      }
    }
  }

 private:
  static TTT_ANYWHERE constexpr int index(int o, int i, int tap) { return (o * 2 + i) * 9 + tap; }

  TTT_DEVICE void accumulate_thread(int top, int t, const float* pixels, const float* gradients,
                                    Sums& sums) const {
    if (t >= tile.team() * tile.groups()) return;
    const ConvShape& s = tile.shape;
    const int rows = least(tile.rows, s.out_height() - top), width = s.out_width();
    const int output = t % tile.quads() * 4, input = t / tile.quads() % (tile.slice / 2) * 2;
    const int line = tile.in_columns() * tile.slice;
    for (int r = t / tile.team(); r < rows; r += tile.groups())
      add_row(pixels + r * kStride * line + input, line, gradients + r * width * s.out_channels + output,
              sums);
  }

  /// Slides a window of 3x3 pixels along a row: slot (u + kx) % 3 of it holds the column under tap kx of
  /// pixel x0 + u.
  TTT_DEVICE void add_row(const float* pixels, int line, const float* gradients, Sums& sums) const {
    const int width = tile.shape.out_width();
    Pair window[3][3];
    if constexpr (kStride == 1) load(pixels, line, 0, window[0]), load(pixels, line, 1, window[1]);
    for (int x0 = 0; x0 < width; x0 += 3) {
      TTT_UNROLL for (int u = 0; u < 3; ++u) {
        const int x = x0 + u;
        if (x >= width) break;
        if constexpr (kStride == 1) {
          load(pixels, line, x + 2, window[(u + 2) % 3]);
          add_pixel(window[u], window[(u + 1) % 3], window[(u + 2) % 3], gradients, x, sums);
        } else {
          TTT_UNROLL for (int kx = 0; kx < 3; ++kx) { load(pixels, line, x * kStride + kx, window[kx]); }
          add_pixel(window[0], window[1], window[2], gradients, x, sums);
        }
      }
    }
  }

  TTT_DEVICE void load(const float* pixels, int line, int column, Pair (&to)[3]) const {
    TTT_UNROLL for (int ky = 0; ky < 3; ++ky) {
      to[ky] = *reinterpret_cast<const Pair*>(pixels + ky * line + column * tile.slice);
    }
  }

  TTT_DEVICE void add_pixel(const Pair (&left)[3], const Pair (&middle)[3], const Pair (&right)[3],
                            const float* gradients, int x, Sums& sums) const {
    const Quad d = quad(gradients + x * tile.shape.out_channels);
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        TTT_UNROLL for (int ky = 0; ky < 3; ++ky) {
          float* row = sums.at + index(o, i, 3 * ky);
          row[0] = multiply_add(d.at[o], left[ky].at[i], row[0]);
          row[1] = multiply_add(d.at[o], middle[ky].at[i], row[1]);
          row[2] = multiply_add(d.at[o], right[ky].at[i], row[2]);
        }
      }
    }
  }
};

}  // namespace ttt::cuda
