#pragma once
#include <cuda_runtime.h>

#include <algorithm>

#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda::bench {

/// Seconds that `work` keeps the GPU busy: the least of several rounds, each of enough repetitions to outlast
/// launching. One round before them warms up.
template <class Work>
double least_seconds(Work&& work, double round_seconds = 0.02, int rounds = 4) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin), "event");
  check(cudaEventCreate(&end), "event");
  const auto seconds = [&](int repetitions) {
    check(cudaEventRecord(begin), "event");
    for (int i = 0; i < repetitions; ++i) work();
    check(cudaEventRecord(end), "event");
    check(cudaEventSynchronize(end), "a kernel failed");
    float ms = 0;
    check(cudaEventElapsedTime(&ms, begin, end), "event");
    return ms / 1e3 / repetitions;
  };
  seconds(1);
  const int repetitions = std::max(1, static_cast<int>(round_seconds / seconds(1)));
  double least = 1e30;
  for (int round = 0; round < rounds; ++round) least = std::min(least, seconds(repetitions));
  cudaEventDestroy(begin);
  cudaEventDestroy(end);
  return least;
}

}  // namespace ttt::cuda::bench
