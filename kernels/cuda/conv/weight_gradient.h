#pragma once
#include <algorithm>

#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/norm/terms.h"

// The gradient of a convolution's weights, dw[o, i, t] = sum over views and pixels of dy[p, o] * a[p + t, i].
// The views of a lane are always cut into 8 chunks, whose sums are added in order: the same bits however
// chunks are dealt to blocks and whatever K is. A thread keeps 4 output x 2 input channels x 9 taps in
// registers and walks along rows; groups of threads take rows in turn.

namespace ttt::cuda {

inline constexpr int kChunks = 8;  // of the views of a lane

TTT_ANYWHERE int chunk_begin(int chunk, int views) { return chunk * views / kChunks; }

/// How the gradient is dealt to blocks and threads. A block makes all output channels of up to 16 input
/// channels for a chunk of views.
struct WeightTile {
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

/// rows = 0: not even one fits.
inline WeightTile make_weight_tile(const ConvShape& shape, int shared_limit) {
  WeightTile tile;
  tile.shape = shape;
  tile.slice = shape.in_channels % 16 == 0 ? 16 : shape.in_channels % 8 == 0 ? 8 : 4;
  if (tile.team() > kThreads) tile.slice = 8;
  tile.rows = shape.out_height();
  while (tile.rows > 0 && tile.shared_floats() > shared_limit) --tile.rows;
  return tile;
}

/// The sums of a thread: [output channel][input channel][tap].
struct WeightSums {
  float at[4][2][9];
};

template <int kStride>
struct WeightGradient {
  WeightTile tile;
  const float* in = nullptr;  // [K, V, H, W, I]
  Norm norm;                  // of `in`, before the ReLU; groups = 0: neither
  const float* dy = nullptr;  // [K, V, H', W', O]
  float* partial = nullptr;   // [K, kChunks, O, I, 3, 3]

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int slice = static_cast<int>(team.block() % tile.slices());
    const int chunk = static_cast<int>(team.block() / tile.slices() % kChunks);
    const int64_t lane = team.block() / tile.slices() / kChunks;
    float* terms = team.shared();
    float* pixels = terms + tile.term_floats();
    float* gradients = pixels + tile.in_floats();
    typename Team::template PerThread<WeightSums> sums;
    team.phase([&](int t) { clear(sums[t]); });
    const int views = tile.shape.views;
    for (int view = chunk_begin(chunk, views); view < chunk_begin(chunk + 1, views); ++view) {
      const int64_t row = lane * views + view;
      for (int top = 0; top < tile.shape.out_height(); top += tile.rows) {
        if (norm.groups && top == 0)
          team.phase([&](int t) { stage_terms(lane, row, slice * tile.slice, t, terms); });
        team.phase([&](int t) {
          stage_pixels(row, top, slice * tile.slice, t, terms, pixels);
          stage_gradients(row, top, t, gradients);
        });
        team.phase([&](int t) { accumulate(top, t, pixels, gradients, sums[t]); });
      }
    }
    add_groups(team, sums);
    team.phase([&](int t) { write(lane, chunk, slice * tile.slice, t, sums[t]); });
  }

 private:
  TTT_DEVICE static void clear(WeightSums& sums) {
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        TTT_UNROLL for (int tap = 0; tap < 9; ++tap) { sums.at[o][i][tap] = 0; }
      }
    }
  }

  TTT_DEVICE void stage_terms(int64_t lane, int64_t row, int first, int t, float* terms) const {
    if (t >= tile.slice) return;
    const NormTerms of = norm_terms(norm, tile.shape.in_channels, lane, row, first + t);
    terms[3 * t] = of.mean, terms[3 * t + 1] = of.gain, terms[3 * t + 2] = of.shift;
  }

  /// pixels[row][column][channel of the slice] = relu(norm(x)); zeros outside the image.
  TTT_DEVICE void stage_pixels(int64_t row, int top, int first, int t, const float* terms,
                               float* pixels) const {
    const ConvShape& s = tile.shape;
    const int quads = tile.slice / 4, columns = tile.in_columns();
    const float* view = in + row * s.in_floats() + first;
    const int channel = t % quads * 4;  // quads divides kThreads: a thread keeps its channels
    for (int n = t / quads; n < tile.in_rows() * columns; n += kThreads / quads) {
      const int y = top * kStride - 1 + n / columns, x = n % columns - 1;
      Quad q = {{0, 0, 0, 0}};
      if (y >= 0 && y < s.height && x >= 0 && x < s.width) {
        q = read(view + (int64_t{y} * s.width + x) * s.in_channels + channel,
                 s.in_channels - first - channel);
        if (norm.groups) {
          TTT_UNROLL for (int i = 0; i < 4; ++i) {
            const float* of = terms + 3 * (channel + i);
            q.at[i] = NormTerms{of[0], of[1], of[2]}.relu(q.at[i]);
          }
        }
      }
      quad(pixels + n * tile.slice + channel) = q;
    }
  }

  TTT_DEVICE Quad read(const float* p, int channels) const {
    if (tile.shape.in_channels % 4 == 0) return quad(p);
    Quad q;
    TTT_UNROLL for (int i = 0; i < 4; ++i) { q.at[i] = i < channels ? p[i] : 0; }
    return q;
  }

  /// gradients[row][column][output channel]: contiguous memory.
  TTT_DEVICE void stage_gradients(int64_t row, int top, int t, float* gradients) const {
    const ConvShape& s = tile.shape;
    const int rows = least(tile.rows, s.out_height() - top), line = s.out_width() * s.out_channels;
    const float* from = dy + row * s.out_floats() + int64_t{top} * line;
    for (int n = 4 * t; n < rows * line; n += 4 * kThreads) quad(gradients + n) = quad(from + n);
  }

  TTT_DEVICE void accumulate(int top, int t, const float* pixels, const float* gradients,
                             WeightSums& sums) const {
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
  TTT_DEVICE void add_row(const float* pixels, int line, const float* gradients, WeightSums& sums) const {
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
                            const float* gradients, int x, WeightSums& sums) const {
    const Quad d = quad(gradients + x * tile.shape.out_channels);
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        TTT_UNROLL for (int ky = 0; ky < 3; ++ky) {
          float* row = sums.at[o][i] + 3 * ky;
          row[0] = multiply_add(d.at[o], left[ky].at[i], row[0]);
          row[1] = multiply_add(d.at[o], middle[ky].at[i], row[1]);
          row[2] = multiply_add(d.at[o], right[ky].at[i], row[2]);
        }
      }
    }
  }

  /// Adds the sums of all groups of threads to those of the first, halving their number each time.
  template <class Team, class Sums>
  TTT_DEVICE void add_groups(const Team& team, Sums& sums) const {
    for (int active = tile.groups(); active > 1;) {
      const int kept = (active + 1) / 2;
      team.phase([&](int t) {
        const int group = t / tile.team();
        if (group < kept || group >= active) return;
        float* to = team.shared() + (group - kept) * tile.team() * 72 + t % tile.team();
        each_sum(sums[t], [&](float& sum, int n) { to[n * tile.team()] = sum; });
      });
      team.phase([&](int t) {
        const int group = t / tile.team();
        if (group >= active - kept) return;
        const float* from = team.shared() + group * tile.team() * 72 + t % tile.team();
        each_sum(sums[t], [&](float& sum, int n) { sum += from[n * tile.team()]; });
      });
      active = kept;
    }
  }

  template <class F>
  TTT_DEVICE static void each_sum(WeightSums& sums, F&& f) {
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        TTT_UNROLL for (int tap = 0; tap < 9; ++tap) { f(sums.at[o][i][tap], (o * 2 + i) * 9 + tap); }
      }
    }
  }

  TTT_DEVICE void write(int64_t lane, int chunk, int first, int t, WeightSums& sums) const {
    if (t >= tile.team()) return;
    const int output = t % tile.quads() * 4, input = first + t / tile.quads() * 2;
    float* to = partial + (lane * kChunks + chunk) * tile.shape.weights();
    TTT_UNROLL for (int o = 0; o < 4; ++o) {
      TTT_UNROLL for (int i = 0; i < 2; ++i) {
        if (input + i >= tile.shape.in_channels) continue;
        float* nine = to + (int64_t{output + o} * tile.shape.in_channels + input + i) * 9;
        TTT_UNROLL for (int tap = 0; tap < 9; ++tap) { nine[tap] = sums.at[o][i][tap]; }
      }
    }
  }
};

/// dw [K, n] = partial [K, kChunks, n] added in the order of the chunks.
struct AddChunks {
  int64_t floats = 0;  // n
  const float* partial = nullptr;
  float* sum = nullptr;

  TTT_ANYWHERE static int64_t blocks_per_lane(int64_t floats) { return (floats + kThreads - 1) / kThreads; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t per_lane = blocks_per_lane(floats), lane = team.block() / per_lane;
    team.phase([&](int t) {
      const int64_t n = team.block() % per_lane * kThreads + t;
      if (n >= floats) return;
      const float* from = partial + lane * kChunks * floats + n;
      float total = from[0];
      for (int chunk = 1; chunk < kChunks; ++chunk) total += from[chunk * floats];
      sum[lane * floats + n] = total;
    });
  }
};

}  // namespace ttt::cuda
