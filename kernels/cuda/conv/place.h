#pragma once
#include "kernels/cuda/conv/tile.h"

namespace ttt::cuda {

/// What a block makes.
struct BlockPlace {
  int64_t lane;
  int view;  // first one
  int views;
  int top;  // first row
  int band;
};

template <class Tile>
TTT_DEVICE BlockPlace block_place(const Tile& tile, int64_t block) {
  const int per_lane = tile.blocks_per_lane();
  const int of_lane = static_cast<int>(block % per_lane);
  const int view = of_lane / tile.bands * tile.views_together, band = of_lane % tile.bands;
  return {block / per_lane, view, least(tile.views_together, tile.views - view), band * tile.rows, band};
}

/// What a thread makes: `columns` outputs of a row, for two runs of 4 channels. Neighbouring threads take
/// neighbouring runs, then neighbouring rows: shared memory is read without bank conflicts.
struct ThreadPlace {
  int channels;  // number of the run
  int number;    // of the place, within the block
  int view;      // within the block
  int row;       // within the tile
  int segment;   // of the row
  bool exists;   // as one of the places of this tile
  bool busy;     // with outputs of the image

  template <class Tile>
  TTT_DEVICE int channel(const Tile& tile, int j) const {
    return j < 4 ? 4 * channels + j : tile.channels / 2 + 4 * channels + j - 4;
  }
};

/// The place `number` of those that a warp's thread has by the layout of fragments: `eight` counts groups of
/// 8 places of the warp, whose threads 4g, ... 4g + 3 have place g of each.
template <class Tile>
TTT_DEVICE int warp_place(const Tile& tile, int thread, int eight) {
  return thread / 32 / tile.warps_sharing() * (32 / tile.tiles_together()) + 8 * eight + thread % 32 / 4;
}
/// The first run of channels of a thread's warp.
template <class Tile>
TTT_DEVICE int warp_run(const Tile& tile, int thread) {
  return thread / 32 % tile.warps_sharing() * tile.tiles_together();
}

template <class Tile>
TTT_DEVICE ThreadPlace thread_place(const Tile& tile, const BlockPlace& block, int thread) {
  const int tiles = tile.channel_tiles(), together = tile.tiles_together();
  const int run = Tile::by_warps ? warp_run(tile, thread) + thread % together : thread % tiles;
  const int number = Tile::by_warps ? warp_place(tile, thread, thread % 4 / together) : thread / tiles;
  ThreadPlace p = {
      run,   number, number / tile.view_segments(), number % tile.rows, number / tile.rows % tile.segments,
      false, false};
  p.exists = number < tile.places() && kOutPerThread * run < tile.channels;
  p.busy = p.exists && p.view < block.views && block.top + p.row < tile.height;
  return p;
}

/// Walks (view, row, column) in steps of a fixed number of columns.
class Cursor {
 public:
  TTT_DEVICE Cursor(int rows, int columns, int start, int step)
      : rows_(rows), columns_(columns), step_rows_(step / columns), step_columns_(step % columns) {
    column = start % columns;
    row = start / columns;
    wrap();
  }
  TTT_DEVICE void advance() {
    column += step_columns_;
    row += step_rows_;
    if (column >= columns_) column -= columns_, ++row;
    wrap();
  }
  int view = 0, row, column;

 private:
  TTT_DEVICE void wrap() {
    while (row >= rows_) row -= rows_, ++view;
  }
  int rows_, columns_, step_rows_, step_columns_;
};

}  // namespace ttt::cuda
