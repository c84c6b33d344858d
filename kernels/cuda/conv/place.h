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

TTT_DEVICE BlockPlace block_place(const ConvTile& tile, int64_t block) {
  const int per_lane = tile.blocks_per_lane();
  const int of_lane = static_cast<int>(block % per_lane);
  const int view = of_lane / tile.bands * tile.views_together, band = of_lane % tile.bands;
  return {block / per_lane, view, least(tile.views_together, tile.views - view), band * tile.rows, band};
}

/// What a thread makes: `columns` outputs of a row, for two runs of 4 channels. Neighbouring threads take
/// neighbouring runs, then neighbouring rows: shared memory is read without bank conflicts.
struct ThreadPlace {
  int channels;  // number of the run
  int view;      // within the block
  int row;       // within the tile
  int segment;   // of the row
  bool busy;

  TTT_DEVICE int channel(const ConvTile& tile, int j) const {
    return j < 4 ? 4 * channels + j : tile.channels / 2 + 4 * channels + j - 4;
  }
};

TTT_DEVICE ThreadPlace thread_place(const ConvTile& tile, const BlockPlace& block, int thread) {
  const int place = thread / tile.channel_tiles();
  ThreadPlace p = {thread % tile.channel_tiles(), place / tile.view_segments(), place % tile.rows,
                   place / tile.rows % tile.segments, false};
  p.busy = p.view < block.views && block.top + p.row < tile.height && place < tile.places();
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
