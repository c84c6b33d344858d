#include <algorithm>
#include <cstdio>

#include "kernels/cuda/conv/device.h"
#include "tests/kernels/cuda/bench/gpu_episodes.cuh"
#include "tests/kernels/cuda/bench/measure.h"
#include "tests/kernels/cuda/block_truth.h"

namespace ttt::cuda::bench {
namespace {

bool all_well = true;

void report(const char* what, double value, double bound) {
  const bool well = value <= bound;
  all_well = all_well && well;
  std::printf("{\"kind\": \"check\", \"what\": \"%s\", \"value\": %.3g, \"bound\": %.3g, \"well\": %s}\n",
              what, value, bound, well ? "true" : "false");
  std::fflush(stdout);
}

/// Runs a block case on the GPU; its results come back into the case.
void run_on_gpu(BlockCase& c) {
  GpuMemory memory;
  const auto lanes_of = [&](const Floats& f) {
    return LaneFloats{memory.uploaded(f), static_cast<int64_t>(f.size()) / c.s.lanes};
  };
  const BlockWeights w = {lanes_of(c.scale1), lanes_of(c.shift1), lanes_of(c.conv1),
                          lanes_of(c.scale2), lanes_of(c.shift2), lanes_of(c.conv2)};
  const auto like = [&](const Floats& f) { return memory.floats(static_cast<int64_t>(f.size())); };
  const int64_t moments = c.s.lanes * c.s.views * c.s.norm_groups * 2;
  const float *x = memory.uploaded(c.x), *dy = memory.uploaded(c.dy);
  const BlockState state = {like(c.dy), memory.floats(moments), memory.floats(moments)};
  float* y = like(c.dy);
  const BlockGradients g = {like(c.x),      like(c.scale1), like(c.shift1), like(c.conv1),
                            like(c.scale2), like(c.shift2), like(c.conv2)};
  block_forward(memory.queue(), c.s, w, x, Moments1::compute, state, y, memory.floats(moments));
  block_backward(memory.queue(), c.s, w, x, state, dy, g, memory.floats(block_workspace(c.s)));
  check(cudaDeviceSynchronize(), "a kernel failed");
  const auto back = [&](const float* from, const Floats& like_this) {
    return memory.download(from, static_cast<int64_t>(like_this.size()));
  };
  c.y = back(y, c.dy), c.inner = back(state.inner, c.dy), c.dx = back(g.x, c.x);
  c.dscale1 = back(g.scale1, c.scale1), c.dshift1 = back(g.shift1, c.shift1),
  c.dconv1 = back(g.conv1, c.conv1);
  c.dscale2 = back(g.scale2, c.scale2), c.dshift2 = back(g.shift2, c.shift2),
  c.dconv2 = back(g.conv2, c.conv2);
}

/// Largest error of any result against float64.
double block_error(const BlockShape& shape) {
  BlockCase c(shape);
  run_on_gpu(c);
  double worst = 0;
  for (int64_t k = 0; k < shape.lanes; ++k) {
    const auto of = [&](const Floats& all) { return lane_of(all, k, shape.lanes); };
    const BlockTruth truth(c.lane(k), of(c.inner));
    using reference::relative_error;
    for (const double error :
         {relative_error(of(c.inner), truth.inner), relative_error(of(c.y), truth.y),
          relative_error(of(c.dx), truth.dx), relative_error(of(c.dconv1), truth.dconv1),
          relative_error(of(c.dconv2), truth.dconv2), relative_error(of(c.dscale1), truth.first.scale),
          relative_error(of(c.dshift1), truth.first.shift), relative_error(of(c.dscale2), truth.second.scale),
          relative_error(of(c.dshift2), truth.second.shift)})
      worst = std::max(worst, error);
  }
  return worst;
}

/// Logits of these subjects, [K, classes], after `steps` steps of the reference network.
Floats logits_of(const std::vector<int64_t>& subjects, int steps) {
  GpuMemory memory;
  const auto lanes = static_cast<int64_t>(subjects.size());
  Episodes<GpuMemory> episodes(memory, {}, lanes, 32);
  give_images(memory, episodes, subjects, {});
  episodes.reset();
  for (int step = 0; step < steps; ++step) episodes.step(step, 1e-3f);
  episodes.predict();
  check(cudaDeviceSynchronize(), "a kernel failed");
  return memory.download(episodes.logits(), lanes * NetworkOptions().classes);
}

double differing_bits(const Floats& a, const Floats& b) {
  double differing = a.size() == b.size() ? 0 : 1;
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) differing += !(a[i] == b[i]);
  return differing;
}

}  // namespace

bool check_results() {
  report("block 16 channels 32x32 against float64", block_error({2, 9, 32, 32, 16, 16, 1, 8}), 5e-6);
  report("block 32 channels 16x16 against float64", block_error({2, 9, 16, 16, 32, 32, 1, 8}), 5e-6);
  report("block 64 channels 8x8 against float64", block_error({2, 9, 8, 8, 64, 64, 1, 8}), 5e-6);
  report("block 16 to 32 channels stride 2 against float64", block_error({2, 9, 32, 32, 16, 32, 2, 8}), 5e-6);
  report("block 24 to 48 channels stride 2 15x7 against float64", block_error({2, 9, 15, 7, 24, 48, 2, 8}),
         5e-6);
  report("block 40 channels 2x3 against float64", block_error({3, 5, 2, 3, 40, 40, 1, 5}), 5e-6);
  report("block 16 channels 96x40, bands, against float64", block_error({1, 2, 96, 40, 16, 16, 1, 8}), 5e-6);

  const int steps = 3;
  const Floats all = logits_of(counted(256), steps);
  report("values that differ when repeated", differing_bits(all, logits_of(counted(256), steps)), 0);
  report("values that differ between K = 1 and 256",
         differing_bits(lane_of(all, 77, 256), logits_of({77}, steps)), 0);
  std::vector<int64_t> turned = counted(256);
  std::rotate(turned.begin(), turned.begin() + 100, turned.end());
  Floats back = logits_of(turned, steps);
  std::rotate(back.begin(), back.end() - 100 * NetworkOptions().classes, back.end());
  report("values that differ after a permutation of lanes", differing_bits(all, back), 0);
  return all_well;
}

}  // namespace ttt::cuda::bench
