#include <algorithm>
#include <cmath>
#include <cstdio>

#include "tests/kernels/cuda/bench/gpu_episodes.cuh"
#include "tests/kernels/cuda/bench/measure.h"

namespace ttt::cuda::bench {
namespace {

/// What K episodes end with.
struct Ends {
  Floats losses;  // [K] of the last step's views, before it
  Floats logits;  // [K, classes]
};

Ends episodes_in(Precision precision, int64_t lanes) {
  constexpr int steps = 10, views = 32;
  const NetworkOptions options = {.precision = precision};
  GpuMemory memory;
  Episodes<GpuMemory> episodes(memory, options, lanes, views);
  give_images(memory, episodes, counted(lanes), options);
  episodes.reset();
  for (int step = 0; step < steps; ++step) episodes.step(step, 1e-3f);
  episodes.predict();
  check(cudaDeviceSynchronize(), "a kernel failed");
  return {memory.download(episodes.losses(), lanes),
          memory.download(episodes.logits(), lanes * options.classes)};
}

/// Sorted.
Floats differences(const Floats& a, const Floats& b) {
  Floats all;
  for (size_t i = 0; i < a.size(); ++i) all.push_back(std::abs(a[i] - b[i]));
  std::sort(all.begin(), all.end());
  return all;
}

int64_t predictions_that_differ(const Floats& a, const Floats& b, int64_t lanes) {
  int64_t differing = 0;
  const auto predicted = [&](const Floats& logits, int64_t k) {
    const Floats own = lane_of(logits, k, lanes);
    return std::max_element(own.begin(), own.end()) - own.begin();
  };
  for (int64_t k = 0; k < lanes; ++k) differing += predicted(a, k) != predicted(b, k);
  return differing;
}

void report(Precision precision, const char* of, const Floats& sorted) {
  std::printf(
      "{\"kind\": \"parity\", \"precision\": \"%s\", \"of\": \"%s\", \"median\": %.3g, \"largest\": %.3g}\n",
      short_name(precision), of, static_cast<double>(sorted[sorted.size() / 2]),
      static_cast<double>(sorted.back()));
}

}  // namespace

void compare_precisions(int64_t lanes) {
  const Ends exact = episodes_in(Precision::float32, lanes);
  for (const Precision precision : {Precision::tf32, Precision::bf16}) {
    const Ends ends = episodes_in(precision, lanes);
    report(precision, "loss of the last step", differences(ends.losses, exact.losses));
    report(precision, "logits", differences(ends.logits, exact.logits));
    const auto differing = static_cast<float>(predictions_that_differ(ends.logits, exact.logits, lanes));
    report(precision, "predictions that differ, of all", {differing / static_cast<float>(lanes)});
    std::fflush(stdout);
  }
}

}  // namespace ttt::cuda::bench
