#pragma once
#include <algorithm>

#include "kernels/cuda/numbers.h"

namespace ttt::cuda {

inline constexpr int kSlice = 8;           // words of a pixel in shared memory at a time
inline constexpr int kOutPerThread = 8;    // output channels of a thread
inline constexpr int kViewsTogether = 16;  // most views of a block

/// How outputs [height, width, channels] of the views of a lane are dealt to blocks and their threads. A
/// block makes some whole views or, of a large image, a band of rows of one; a thread a segment of a row for
/// 8 channels. Depends on the shape alone, neither on K nor on V.
template <class Number>
struct ConvTile {
  static constexpr bool by_warps = Number::on_tensor_cores;
  static constexpr int slice = kSlice * Number::per_word;  // input channels in shared memory at a time

  int height = 0, width = 0, channels = 0;             // of the output
  int in_height = 0, in_width = 0, in_channels = 0;    // of what is gathered
  int views = 1;                                       // of a lane
  int views_together = 1, rows = 1;                    // of a block
  int bands = 1;                                       // blocks a view is split into
  int segments = 1;                                    // of a row
  int staged_rows = 1, staged_columns = 1, pitch = 1;  // of a view in shared memory; pitch in pairs, odd

  /// Threads that share a segment. In a warp 4 of them lie together, or 2 where there are no more: the
  /// channels are made up to 16 or to multiples of 32.
  TTT_ANYWHERE int channel_tiles() const {
    const int tiles = channels / kOutPerThread;
    return !by_warps ? tiles : tiles <= 2 ? 2 : round_up(tiles, 4);
  }
  TTT_ANYWHERE int tiles_together() const { return least(channel_tiles(), 4); }          // by_warps
  TTT_ANYWHERE int warps_sharing() const { return channel_tiles() / tiles_together(); }  // the same segments
  TTT_ANYWHERE int places() const {  // of segments in a block
    return by_warps ? kThreads / 32 / warps_sharing() * (32 / tiles_together()) : kThreads / channel_tiles();
  }
  TTT_ANYWHERE int view_segments() const { return rows * segments; }  // of a view in a block
  TTT_ANYWHERE int blocks_per_lane() const { return (views + views_together - 1) / views_together * bands; }
  TTT_ANYWHERE int64_t out_floats() const { return int64_t{height} * width * channels; }  // of a view
  TTT_ANYWHERE int64_t in_floats() const { return int64_t{in_height} * in_width * in_channels; }

  // Shared memory, in floats.
  TTT_ANYWHERE int weight_pitch() const { return channel_tiles() * kOutPerThread + 4; }  // in different banks
  TTT_ANYWHERE int tap_pitch() const { return kSlice * weight_pitch() + 4; }             // by_warps
  TTT_ANYWHERE int weight_floats() const { return by_warps ? 9 * tap_pitch() : 9 * kSlice * weight_pitch(); }
  TTT_ANYWHERE int term_floats() const { return views_together * slice * 3; }
  TTT_ANYWHERE int plane() const {  // pairs; 4 planes of a warp start in different banks
    const int pairs = views_together * staged_rows * pitch;
    return by_warps ? round_up(pairs + 4, 8) - 4 : pairs;
  }
  TTT_ANYWHERE int pixel_floats() const { return plane() * kSlice; }
  TTT_ANYWHERE int sum_floats() const { return kThreads * kOutPerThread; }  // a sum a thread and channel
  int shared_floats() const {
    return std::max(weight_floats() + term_floats() + pixel_floats(), 4 * sum_floats());
  }
};

/// The tile of outputs [height, width, channels] under a geometry; views_together and rows are as many as a
/// block has places and memory for. rows = 0: not even one fits.
template <class Geometry, class Number>
ConvTile<Number> make_tile(int height, int width, int channels, int in_height, int in_width, int in_channels,
                           int views, int shared_limit) {
  ConvTile<Number> tile;
  tile.height = height, tile.width = width, tile.channels = channels;
  tile.in_height = in_height, tile.in_width = in_width, tile.in_channels = in_channels;
  tile.views = views;
  tile.segments = (width + Geometry::columns - 1) / Geometry::columns;
  tile.staged_columns = Geometry::staged_columns(tile.segments);
  tile.pitch = tile.staged_columns | 1;
  const auto fits = [&](int together, int rows) {
    tile.views_together = together, tile.rows = rows;
    tile.staged_rows = Geometry::staged_rows(rows);
    return together * rows * tile.segments <= tile.places() && tile.shared_floats() <= shared_limit;
  };
  int together = std::min(kViewsTogether, tile.places()), rows = height;
  while (together > 1 && !fits(together, rows)) --together;
  while (rows > 0 && !fits(together, rows)) rows = rows > 2 ? (rows - 1) / 2 * 2 : 0;  // bands are even
  tile.rows = rows;
  tile.bands = rows > 0 ? (height + rows - 1) / rows : 0;
  return tile;
}

}  // namespace ttt::cuda
