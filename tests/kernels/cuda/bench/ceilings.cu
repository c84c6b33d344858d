#include <cstdio>

#include "tests/kernels/cuda/bench/gpu_memory.cuh"
#include "tests/kernels/cuda/bench/measure.h"
#include "tests/kernels/cuda/bench/stopwatch.cuh"

namespace ttt::cuda::bench {
namespace {

/// Chains of fused multiply-adds in registers, nothing else.
struct MultiplyAdds {
  static constexpr int kChains = 16, kSteps = 4096;
  float* out;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    team.phase([&](int t) {
      float x[kChains];
      TTT_UNROLL for (int i = 0; i < kChains; ++i) { x[i] = static_cast<float>(t + i); }
      for (int step = 0; step < kSteps; ++step) {
        TTT_UNROLL for (int i = 0; i < kChains; ++i) { x[i] = multiply_add(x[i], 0.999f, 0.001f); }
      }
      float sum = 0;
      TTT_UNROLL for (int i = 0; i < kChains; ++i) { sum += x[i]; }
      out[team.block() * kThreads + t] = sum;
    });
  }
};

}  // namespace

void measure_ceilings() {
  GpuMemory memory;
  constexpr int64_t floats = int64_t{1} << 30, blocks = 132 * 8 * 4;
  float *from = memory.floats(floats), *to = memory.floats(floats);
  const double copy =
      least_seconds([&] { check(cudaMemcpyAsync(to, from, floats * 4, cudaMemcpyDeviceToDevice), "copy"); });
  const double fma = least_seconds([&] { memory.queue().launch(MultiplyAdds{to}, blocks, 0); });
  std::printf(
      "{\"kind\": \"ceiling\", \"what\": \"copy, read and written\", \"value\": %.4g, \"unit\": \"TB/s\"}\n",
      2 * 4e-12 * floats / copy);
  std::printf(
      "{\"kind\": \"ceiling\", \"what\": \"fp32 multiply-add\", \"value\": %.4g, \"unit\": \"TFLOP/s\"}\n",
      2e-12 * blocks * kThreads * MultiplyAdds::kChains * MultiplyAdds::kSteps / fma);
}

}  // namespace ttt::cuda::bench
