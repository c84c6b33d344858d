#pragma once
#include "kernels/cuda/team.h"

// Which input pixels an output pixel reads under tap (ky, kx) of 0..2. A thread makes `columns` neighbouring
// outputs of a row from `loaded` neighbouring inputs, which lie `step` apart from those of the next thread.
// Rows and columns count from the first ones staged in shared memory for a tile whose first output row is
// `top`, always even for Doubled. Columns c and c + columns / 2 read under the same taps.

namespace ttt::cuda {

/// Stride 1: forward, and the input gradient with mirrored taps.
struct Same {
  static constexpr int columns = 8, loaded = 10, step = 8;
  static TTT_ANYWHERE constexpr int column(int c, int kx) { return c + kx; }
  static TTT_DEVICE int row(int r, int ky) { return r + ky; }
  static TTT_ANYWHERE int staged_rows(int rows) { return rows + 2; }
  static TTT_ANYWHERE int staged_columns(int segments) { return segments * step + 2; }
  static TTT_DEVICE int first_row(int top) { return top - 1; }
  static constexpr int first_column = -1;
  static constexpr bool skips_rows = false;
};

/// Stride 2, forward.
struct Halved {
  static constexpr int columns = 4, loaded = 9, step = 8;
  static TTT_ANYWHERE constexpr int column(int c, int kx) { return 2 * c + kx; }
  static TTT_DEVICE int row(int r, int ky) { return 2 * r + ky; }
  static TTT_ANYWHERE int staged_rows(int rows) { return 2 * rows + 1; }
  static TTT_ANYWHERE int staged_columns(int segments) { return segments * step + 1; }
  static TTT_DEVICE int first_row(int top) { return 2 * top - 1; }
  static constexpr int first_column = -1;
  static constexpr bool skips_rows = false;
};

/// The input gradient of stride 2: as if zeros stood between the rows and columns of dy; they are skipped.
/// Negative: nothing to read.
struct Doubled {
  static constexpr int columns = 8, loaded = 5, step = 4;
  static TTT_ANYWHERE constexpr int column(int c, int kx) {
    return (c + kx) % 2 == 1 ? (c + kx - 1) / 2 : -1;
  }
  static TTT_DEVICE int row(int r, int ky) { return (r + ky) % 2 == 1 ? (r + ky - 1) / 2 : -1; }
  static TTT_ANYWHERE int staged_rows(int rows) { return rows / 2 + 1; }
  static TTT_ANYWHERE int staged_columns(int segments) { return segments * step + 1; }
  static TTT_DEVICE int first_row(int top) { return top / 2; }
  static constexpr int first_column = 0;
  static constexpr bool skips_rows = true;
};

}  // namespace ttt::cuda
