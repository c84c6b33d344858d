#pragma once
#include "kernels/cuda/team.h"

// The views of a lane are always cut into 8 chunks, whose sums are added in order: the same bits however
// chunks are dealt to blocks and whatever K is.

namespace ttt::cuda {

inline constexpr int kChunks = 8;  // of the views of a lane

TTT_ANYWHERE int chunk_begin(int chunk, int views) { return chunk * views / kChunks; }

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
