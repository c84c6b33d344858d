#pragma once
#include "kernels/cuda/conv/geometry.h"
#include "kernels/cuda/conv/pixels.h"
#include "kernels/cuda/conv/place.h"
#include "kernels/cuda/numbers.h"

// The direct convolution, forward and backward to the input: every output gathers its products
//   y[p, o] = sum over taps t and input channels i of a[p + t, i] * w[o, i, t].
// A block keeps a slice of 8 words of input channels of its pixels and of the lane's weights in shared
// memory; on their way there pixels pass norm and ReLU if there is one in front, and both are rounded to the
// number that is multiplied. A thread keeps columns x 8 sums in registers. How products are made is for
// Products to say: scalar_products.h, tensor_products.h.

namespace ttt::cuda {

/// The sums of a thread.
template <class Geometry>
struct GatherSums {
  float at[Geometry::columns][kOutPerThread];
};

/// Where weights of a lane lie: [channels, in_channels, 3, 3], or with `mirrored` as forward has them,
/// [in_channels, channels, 3, 3].
struct GatherWeights {
  LaneFloats lanes;
  bool mirrored = false;
};

template <class Geometry, class Products, class Epilogue>
struct Gather {
  using Number = typename Products::Number;

  ConvTile<Number> tile;
  const float* in = nullptr;  // [K, V, in_height, in_width, in_channels]
  Norm norm;                  // of `in`, before the ReLU; groups = 0: neither
  GatherWeights weights;
  Epilogue epilogue;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const BlockPlace block = block_place(tile, team.block());
    float* taps = team.shared();
    float* terms = taps + tile.weight_floats();
    Pair* pixels = reinterpret_cast<Pair*>(terms + tile.term_floats());
    typename Team::template PerThread<GatherSums<Geometry>> sums;
    team.phase([&](int t) { clear(sums[t]); });
    for (int first = 0; first < tile.in_channels; first += tile.slice) {
      team.phase([&](int t) {
        Products::stage_taps(tile, weights.lanes.lane(block.lane), weights.mirrored, first, t, taps);
        if (norm.groups) stage_terms(block, first, t, terms);
      });
      team.phase([&](int t) { stage_pixels(block, first, t, terms, pixels); });
      Products::template accumulate<Geometry>(team, tile, block, first, taps, pixels, sums);
    }
    Products::template collect<Geometry>(team, tile, sums);
    epilogue.finish(team, tile, block, sums);
  }

 private:
  TTT_DEVICE static void clear(GatherSums<Geometry>& sums) {
    TTT_UNROLL for (int c = 0; c < Geometry::columns; ++c) {
      TTT_UNROLL for (int j = 0; j < kOutPerThread; ++j) { sums.at[c][j] = 0; }
    }
  }

  /// The norm's terms of a slice of channels of every view.
  TTT_DEVICE void stage_terms(const BlockPlace& block, int first, int t, float* terms) const {
    constexpr int slice = ConvTile<Number>::slice;
    if (t >= block.views * slice) return;
    write_terms(norm, tile.in_channels, block.lane, block.lane * tile.views + block.view + t / slice,
                first + t % slice, terms + 3 * t);
  }

  /// pixels[pair of words][view][row][column]; zeros outside the image.
  TTT_DEVICE void stage_pixels(const BlockPlace& block, int first, int t, const float* terms,
                               Pair* pixels) const {
    constexpr int per_word = Number::per_word, quads = ConvTile<Number>::slice / 4;
    const int top = Geometry::first_row(block.top), own = t % quads;
    const float* base = in + (block.lane * tile.views + block.view) * tile.in_floats() + first + 4 * own;
    const int channels = tile.in_channels - first - 4 * own;  // at hand
    for (Cursor at(tile.staged_rows, tile.staged_columns, t / quads, kThreads / quads);
         at.view < tile.views_together; at.advance()) {
      const int y = top + at.row, x = Geometry::first_column + at.column;
      Quad q = {{0, 0, 0, 0}};
      if (at.view < block.views && y >= 0 && y < tile.in_height && x >= 0 && x < tile.in_width) {
        const float* p =
            base + at.view * tile.in_floats() + (int64_t{y} * tile.in_width + x) * tile.in_channels;
        q = read_channels(p, tile.in_channels, channels);
        if (norm.groups) normalise(terms + (at.view * quads + own) * 4 * 3, q);
      }
      Pair* to = pixels + own * (2 / per_word) * tile.plane() +
                 (at.view * tile.staged_rows + at.row) * tile.pitch + at.column;
      TTT_UNROLL for (int n = 0; n < 4; n += 2 * per_word) {
        const auto word = [&](int of) { return Number::word([&](int i) { return q.at[of + i]; }); };
        to[n / 2 * tile.plane()] = {{word(n), word(n + per_word)}};
      }
    }
  }
};

}  // namespace ttt::cuda
