#pragma once
#include "kernels/cuda/team.h"

// The views of a lane are cut into chunks, whose sums are added in order: as many as V says, so the same bits
// however chunks are dealt to blocks and whatever K is.

namespace ttt::cuda {

/// Of 4 or 5 views, or 8 of fewer: one lane of many views, as in training, fills a GPU too.
TTT_ANYWHERE int chunks_of(int views) { return greatest(8, views / 4); }

TTT_ANYWHERE int chunk_begin(int chunk, int views) {
  return static_cast<int>(int64_t{chunk} * views / chunks_of(views));
}

/// dw [K, n] = partial [K, chunks, n] added in the order of the chunks.
struct AddChunks {
  int64_t floats = 0;  // n
  int chunks = 1;
  const float* partial = nullptr;
  float* sum = nullptr;

  TTT_ANYWHERE static int64_t blocks_per_lane(int64_t floats) { return (floats + kThreads - 1) / kThreads; }

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t per_lane = blocks_per_lane(floats), lane = team.block() / per_lane;
    team.phase([&](int t) {
      const int64_t n = team.block() % per_lane * kThreads + t;
      if (n >= floats) return;
      const float* from = partial + lane * chunks * floats + n;
      float total = from[0];
      for (int chunk = 1; chunk < chunks; ++chunk) total += from[chunk * floats];
      sum[lane * floats + n] = total;
    });
  }
};

}  // namespace ttt::cuda
