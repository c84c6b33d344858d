#pragma once
#include "kernels/cuda/conv/chunks.h"
#include "kernels/cuda/conv/pixels.h"
#include "kernels/cuda/conv/shape.h"

// The gradient of a convolution's weights, dw[o, i, t] = sum over views and pixels of dy[p, o] * a[p + t, i].
// A block makes all output channels of a slice of input channels for a chunk of views; its threads keep the
// sums in registers and walk along rows in shared memory, groups of threads taking rows in turn. How products
// are made is for Products to say: scalar_weight_products.h, tensor_weight_products.h.

namespace ttt::cuda {

/// How it is dealt to blocks and threads; Tile: that of some Products. rows = 0: not even one fits.
template <class Tile>
Tile make_weight_tile(const ConvShape& shape, int shared_limit) {
  Tile tile;
  tile.shape = shape;
  tile.slice = shape.in_channels % 16 == 0 ? 16 : shape.in_channels % 8 == 0 ? 8 : 4;
  if (tile.team() > kThreads) tile.slice = 8;
  tile.rows = round_up(shape.out_height(), Tile::rows_together);
  while (tile.rows > 0 && tile.shared_floats() > shared_limit) tile.rows -= Tile::rows_together;
  return tile;
}

template <class Products>
struct WeightGradient {
  Products products;
  const float* in = nullptr;  // [K, V, H, W, I]
  Norm norm;                  // of `in`, before the ReLU; groups = 0: neither
  const float* dy = nullptr;  // [K, V, H', W', O]
  float* partial = nullptr;   // [K, chunks, O, I, 3, 3]

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const auto& tile = products.tile;
    const ConvShape& s = tile.shape;
    const int first = static_cast<int>(team.block() % tile.slices()) * tile.slice;
    const int64_t part = team.block() / tile.slices(), lane = part / chunks_of(s.views);
    const int chunk = static_cast<int>(part % chunks_of(s.views)), end = chunk_begin(chunk + 1, s.views);
    float* terms = team.shared();
    float* pixels = terms + tile.term_floats();
    float* gradients = pixels + tile.in_floats();
    typename Team::template PerThread<Sums> sums;
    team.phase([&](int t) { clear(sums[t]); });
    for (int view = chunk_begin(chunk, s.views); view < end; ++view) {
      const int64_t row = lane * s.views + view;
      const NormedView x = {
          in + row * s.in_floats() + first, s.height, s.width, s.in_channels, s.in_channels - first,
          norm.groups ? terms : nullptr};
      for (int top = 0; top < s.out_height(); top += tile.rows) {
        if (norm.groups && top == 0)
          team.phase([&](int t) {
            if (t < tile.slice) write_terms(norm, s.in_channels, lane, row, first + t, terms + 3 * t);
          });
        team.phase([&](int t) {
          products.stage_pixels(x, top, t, pixels);
          products.stage_gradients(dy + row * s.out_floats(), top, t, gradients);
        });
        products.accumulate(team, top, pixels, gradients, sums);
      }
    }
    add_groups(team, sums);
    float* to = partial + part * s.weights();
    team.phase([&](int t) {
      if (t < tile.team()) products.write(to, first, t, sums[t]);
    });
  }

 private:
  using Sums = typename Products::Sums;
  static constexpr int kSums = sizeof(Sums) / sizeof(float);  // of a thread

  TTT_DEVICE static void clear(Sums& sums) {
    TTT_UNROLL for (int n = 0; n < kSums; ++n) { sums.at[n] = 0; }
  }

  /// Adds the sums of all groups of threads to those of the first, halving their number each time.
  template <class Team, class AllSums>
  TTT_DEVICE void add_groups(const Team& team, AllSums& sums) const {
    const int threads = products.tile.team();
    for (int active = products.tile.groups(); active > 1;) {
      const int kept = (active + 1) / 2;
      team.phase([&](int t) {
        const int group = t / threads;
        if (group < kept || group >= active) return;
        float* to = team.shared() + (group - kept) * threads * kSums + t % threads;
        TTT_UNROLL for (int n = 0; n < kSums; ++n) { to[n * threads] = sums[t].at[n]; }
      });
      team.phase([&](int t) {
        const int group = t / threads;
        if (group >= active - kept) return;
        const float* from = team.shared() + group * threads * kSums + t % threads;
        TTT_UNROLL for (int n = 0; n < kSums; ++n) { sums[t].at[n] += from[n * threads]; }
      });
      active = kept;
    }
  }
};

}  // namespace ttt::cuda
