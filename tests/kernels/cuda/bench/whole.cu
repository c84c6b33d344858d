#include <cstdio>

#include "tests/kernels/cuda/bench/episodes.h"
#include "tests/kernels/cuda/bench/gpu_episodes.cuh"
#include "tests/kernels/cuda/bench/measure.h"
#include "tests/kernels/cuda/bench/stopwatch.cuh"

namespace ttt::cuda::bench {

void measure_episodes(Precision precision, const std::vector<int64_t>& lanes) {
  constexpr int steps = 10, views = 32;
  const NetworkOptions options = {.precision = precision};
  for (const int64_t k : lanes) {
    GpuMemory memory;
    Episodes<GpuMemory> episodes(memory, options, k, views);
    give_images(memory, episodes, counted(k), options);
    const auto one_step = [&] { episodes.step(0, 1e-3f); };
    const auto whole = [&] {
      episodes.reset();
      for (int step = 0; step < steps; ++step) episodes.step(step, 1e-3f);
      episodes.predict();
    };
    const double seconds = least_seconds(whole, 0.5, 2), step = least_seconds(one_step, 0.1, 2);
    const NetworkPlan& p = episodes.network();
    const double flops = 3 * forward_flops(p, p.rotation) * views * steps + forward_flops(p, p.main);
    const double samples = static_cast<double>(k) / seconds;
    std::printf(
        "{\"kind\": \"episodes\", \"by\": \"kernels\", \"precision\": \"%s\", \"lanes\": %lld, "
        "\"seconds_per_step\": %.4g, \"samples_per_second\": %.5g, \"tflops\": %.4g}\n",
        short_name(precision), static_cast<long long>(k), step, samples, samples * flops / 1e12);
    std::fflush(stdout);
  }
}

void run_small() {
  GpuMemory memory;
  for (const Precision precision : {Precision::float32, Precision::tf32, Precision::bf16}) {
    const NetworkOptions small = {.depth = 8, .width = 16, .size = 14, .precision = precision};
    Episodes<GpuMemory> episodes(memory, small, 2, 9);
    give_images(memory, episodes, counted(2), small);
    episodes.reset();
    for (int step = 0; step < 2; ++step) episodes.step(step, 0.1f);
    episodes.predict();
    check(cudaDeviceSynchronize(), "a kernel failed");
    std::printf("{\"kind\": \"small\", \"precision\": \"%s\", \"logit\": %.9g}\n", short_name(precision),
                static_cast<double>(memory.download(episodes.logits(), 1)[0]));
  }
}

}  // namespace ttt::cuda::bench
