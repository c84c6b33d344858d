#pragma once
#include <algorithm>

#include "kernels/cuda/conv/pixels.h"
#include "kernels/cuda/conv/shape.h"
#include "kernels/cuda/tensor_core.h"

namespace ttt::cuda {

/// How the gradient is dealt to blocks and warps: 16 output x 8 input channels x 9 taps a warp.
template <class Number>
struct TensorWeightTile {
  static constexpr int rows_together = 2;

  ConvShape shape;
  int slice = 16;  // input channels of a block
  int rows = 2;    // of dy in shared memory at a time, even

  TTT_ANYWHERE int slices() const { return shape.in_channels / slice; }
  TTT_ANYWHERE int out_tiles() const { return (shape.out_channels + 15) / 16; }
  TTT_ANYWHERE int team() const { return 32 * out_tiles() * (slice / 8); }  // threads that share a row
  TTT_ANYWHERE int groups() const { return kThreads / team(); }
  TTT_ANYWHERE int in_rows() const { return (rows - 1) * shape.stride + 3; }
  /// Words of a row of dy, whole products of 4; and of the pixels of a row in one of `stride` planes.
  TTT_ANYWHERE int words() const {
    return round_up((shape.out_width() + Number::per_word - 1) / Number::per_word, 4);
  }
  TTT_ANYWHERE int in_words() const { return words() + loaded_words(shape.stride, 0) - 1; }

  /// Columns of a padded row that are congruent modulo the stride lie in a plane of their own, so that tap kx
  /// reads plane kx % stride, kx / stride columns on. Neighbouring words that all taps of a plane need:
  static TTT_ANYWHERE constexpr int loaded_words(int stride, int plane) {
    return ((2 - plane) / stride + Number::per_word - 1) / Number::per_word + 1;
  }

  // Shared memory, in floats.
  TTT_ANYWHERE int term_floats() const { return round_up(slice * 3, 4); }
  TTT_ANYWHERE int in_line() const { return shape.stride * in_words() * slice; }  // of a row
  TTT_ANYWHERE int in_floats() const { return in_rows() * in_line(); }
  TTT_ANYWHERE int out_floats() const { return rows * words() * shape.out_channels; }
  TTT_ANYWHERE int sum_floats() const { return groups() / 2 * team() * 36; }
  int shared_floats() const { return std::max(term_floats() + in_floats() + out_floats(), sum_floats()); }
};

/// Products on the tensor cores. Rows of A are output channels, columns of B input channels; words 0..3 of k
/// are neighbouring pixels of a row of dy and words 4..7 those below them, so that rows need only be
/// multiples of 4 words. A warp reads 4 words of 8 neighbouring channels at once; which of them a channel is
/// moved to, see banks(), puts all in different banks.
template <int kStride, class Number>
struct TensorWeightProducts {
  using Tile = TensorWeightTile<Number>;
  Tile tile;

  struct Sums {
    float at[36];  // [tap][row g and g + 8][columns 2t and 2t + 1]
  };

  /// pixels[row][plane][word][channel of the slice] = relu(norm(x)), rounded; zeros outside the image.
  TTT_DEVICE void stage_pixels(const NormedView& x, int top, int t, float* pixels) const {
    const int quads = tile.slice / 4, words = tile.in_words();
    const int channel = t % quads * 4;  // quads divides kThreads: a thread keeps its channels
    for (int n = t / quads; n < tile.in_rows() * kStride * words; n += kThreads / quads) {
      const int y = top * kStride - 1 + n / words / kStride, plane = n / words % kStride, word = n % words;
      quad(pixels + n * tile.slice + banks(channel, word, tile.slice)) = rounded(
          [&](int i) { return x.at(y, (word * Number::per_word + i) * kStride + plane - 1, channel); });
    }
  }

  /// gradients[row][word][output channel], rounded; zeros past the last row and column.
  TTT_DEVICE void stage_gradients(const float* dy, int top, int t, float* gradients) const {
    const ConvShape& s = tile.shape;
    const int quads = s.out_channels / 4, words = tile.words();
    for (int n = t; n < tile.rows * words * quads; n += kThreads) {
      const int channel = n % quads * 4, word = n / quads % words, y = top + n / quads / words;
      const auto at = [&](int i) {
        const int x = word * Number::per_word + i;
        if (y >= s.out_height() || x >= s.out_width()) return Quad{{0, 0, 0, 0}};
        return quad(dy + (int64_t{y} * s.out_width() + x) * s.out_channels + channel);
      };
      quad(gradients + n / quads * s.out_channels + banks(channel, word, s.out_channels)) = rounded(at);
    }
  }

  template <class Team, class AllSums>
  TTT_DEVICE void accumulate(const Team& team, int top, const float* pixels, const float* gradients,
                             AllSums& sums) const {
    const int rows = least(tile.rows, tile.shape.out_height() - top);
    typename Team::template PerThread<Place> places;
    typename Team::template PerThread<Operands> operands;
    for (int first = 0; first < rows; first += 2 * tile.groups()) {
      team.each([&](int t) { places[t] = place(t, first, rows, pixels, gradients); });
      for (int x = 0; x < tile.words(); x += 4) {
        team.each([&](int t) { load(places[t], operands[t]); });
        TTT_UNROLL for (int tap = 0; tap < 9; ++tap) {
          team.template multiply_add<Number>([&](int t) {
            const Operands& own = operands[t];
            const int ky = tap / 3, plane = tap % 3 % kStride, shift = tap % 3 / kStride;
            return Fragments{{own.dy[0], own.dy[1], own.dy[2], own.dy[3]},
                             {Number::shifted(own.pixels[ky][plane], shift),
                              Number::shifted(own.pixels[ky + kStride][plane], shift)},
                             sums[t].at + 4 * tap,
                             sums[t].at + 4 * tap + 2};
          });
        }
      }
    }
    team.barrier();
  }

  /// Into dw [O, I, 3, 3] of a lane and a chunk, from input channel `first` on.
  TTT_DEVICE void write(float* dw, int first, int t, const Sums& sums) const {
    const ConvShape& s = tile.shape;
    TTT_UNROLL for (int n = 0; n < 4; ++n) {
      const int o = outputs(t) + t % 32 / 4 + n / 2 * 8, i = first + inputs(t) + t % 4 * 2 + n % 2;
      if (o >= s.out_channels) continue;
      float* nine = dw + (int64_t{o} * s.in_channels + i) * 9;
      TTT_UNROLL for (int tap = 0; tap < 9; ++tap) { nine[tap] = sums.at[4 * tap + n]; }
    }
  }

 private:
  static constexpr int kLoaded = Tile::loaded_words(kStride, 0);

  /// What a thread reads next: dy of its two output channels, and pixels under the words from its own on.
  /// Its group of warps may have no row: its dy then counts as zero.
  struct Place {
    const float *dy[2], *pixels[kLoaded];
    bool exists;
  };
  struct Operands {
    float dy[4], pixels[3 + kStride][kStride][kLoaded];
  };

  /// The first of the output and input channels of a thread's warp.
  TTT_DEVICE int outputs(int thread) const { return thread / 32 % tile.out_tiles() * 16; }
  TTT_DEVICE int inputs(int thread) const { return thread / 32 / tile.out_tiles() % (tile.slice / 8) * 8; }

  /// For rows `first` and the one below, or those of the thread's group. Where there are no output channels
  /// g + 8, the others are read again.
  TTT_DEVICE Place place(int thread, int first, int rows, const float* pixels, const float* gradients) const {
    const int channels = tile.shape.out_channels, group = thread / tile.team();
    const int word = thread % 4, g = thread % 32 / 4, o = outputs(thread) + g, row = first + 2 * group;
    Place p;
    p.exists = row < rows && group < tile.groups();
    const int own = p.exists ? row : 0;
    const float* line = gradients + (own * tile.words() + word) * channels;
    p.dy[0] = line + banks(o, word, channels);
    p.dy[1] = line + banks(o + 8 < channels ? o + 8 : o, word, channels);
    TTT_UNROLL for (int n = 0; n < kLoaded; ++n) {
      p.pixels[n] = pixels + own * kStride * tile.in_line() + (word + n) * tile.slice +
                    banks(inputs(thread) + g, word + n, tile.slice);
    }
    return p;
  }

  /// Reads, and goes on by 4 words.
  TTT_DEVICE void load(Place& p, Operands& to) const {
    const int below = tile.words() * tile.shape.out_channels;
    TTT_UNROLL for (int n = 0; n < 2; ++n) {
      const float upper = p.dy[n][0], lower = p.dy[n][below];
      to.dy[n] = p.exists ? upper : 0;
      to.dy[n + 2] = p.exists ? lower : 0;
      p.dy[n] += 4 * tile.shape.out_channels;
    }
    TTT_UNROLL for (int n = 0; n < kLoaded; ++n) {
      TTT_UNROLL for (int row = 0; row < 3 + kStride; ++row) {
        TTT_UNROLL for (int plane = 0; plane < kStride; ++plane) {
          if (n < Tile::loaded_words(kStride, plane))
            to.pixels[row][plane][n] =
                p.pixels[n][row * tile.in_line() + plane * tile.in_words() * tile.slice];
        }
      }
      p.pixels[n] += 4 * tile.slice;
    }
  }

  /// Where channel c of a word stands among its `channels`: words of so many lie a multiple of 8 banks apart,
  /// and 4 neighbouring ones have to start 8 apart.
  static TTT_DEVICE int banks(int c, int word, int channels) {
    const int moved = channels % 32 == 0 ? word % 4 : channels % 16 == 0 ? word / 2 % 2 : 0;
    return c ^ 8 * moved;
  }

  /// A word of each of four channels; at(i): those of its number i.
  template <class F>
  static TTT_DEVICE Quad rounded(F&& at) {
    Quad numbers[Number::per_word], words;
    TTT_UNROLL for (int i = 0; i < Number::per_word; ++i) { numbers[i] = at(i); }
    TTT_UNROLL for (int c = 0; c < 4; ++c) {
      words.at[c] = Number::word([&](int i) { return numbers[i].at[c]; });
    }
    return words;
  }
};

}  // namespace ttt::cuda
