#include <algorithm>
#include <cstdio>
#include <string>

#include "kernels/cuda/conv/device.h"
#include "tests/kernels/cuda/bench/gpu_episodes.cuh"
#include "tests/kernels/cuda/bench/measure.h"
#include "tests/kernels/cuda/block_truth.h"
#include "tests/kernels/cuda/conv_truth.h"

namespace ttt::cuda::bench {
namespace {

bool all_well = true;

void report(const std::string& what, double value, double bound) {
  const bool well = value <= bound;
  all_well = all_well && well;
  std::printf("{\"kind\": \"check\", \"what\": \"%s\", \"value\": %.3g, \"bound\": %.3g, \"well\": %s}\n",
              what.c_str(), value, bound, well ? "true" : "false");
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

/// Runs a convolution and its gradients on the GPU, without a norm; results come back into the case. The
/// input gradient passes a norm that leaves x as it is, and x > 0.
void run_on_gpu(ConvCase& c) {
  const ConvShape& s = c.s;
  const int64_t rows = s.lanes * s.views;
  GpuMemory memory;
  Floats plain;
  for (int64_t n = 0; n < rows; ++n) plain.insert(plain.end(), {0.0f, 1.0f});
  const float *x = memory.uploaded(c.x), *dy = memory.uploaded(c.dy);
  const float* positive = memory.uploaded(Floats(c.x.size(), 1.0f));
  const LaneFloats weights = {memory.uploaded(c.weights), s.weights()};
  const Norm none = {1,
                     memory.uploaded(plain),
                     {memory.uploaded(Floats(s.in_channels, 1.0f)), 0},
                     {memory.uploaded(Floats(s.in_channels, 0.0f)), 0}};
  float *y = memory.floats(rows * s.out_floats()), *dx = memory.floats(rows * s.in_floats());
  float *dw = memory.floats(s.lanes * s.weights()),
        *sums = memory.floats(rows * gate_bands(s) * s.in_channels * 2);
  const DeviceQueue& queue = memory.queue();
  convolve(queue, s, x, Norm(), weights, Store{y, {}, nullptr, 1, 0});
  convolve_back(queue, s, dy, weights, Gate{positive, none, dx, sums});
  weight_gradient(queue, s, x, Norm(), dy, dw, memory.floats(weight_gradient_workspace(s)));
  check(cudaDeviceSynchronize(), "a kernel failed");
  c.y = memory.download(y, rows * s.out_floats());
  c.dx = memory.download(dx, rows * s.in_floats());
  c.dw = memory.download(dw, s.lanes * s.weights());
}

/// Largest error of a convolution or its gradients against float64 of the operands as they are rounded.
double conv_error(const ConvShape& shape) {
  ConvCase c(shape);
  run_on_gpu(c);
  double worst = 0;
  for (int64_t k = 0; k < shape.lanes; ++k) {
    const ConvTruth truth(c, k, shape.precision), magnitude(c, k, shape.precision, magnitudes);
    const auto of = [&](const Floats& all) { return lane_of(all, k, shape.lanes); };
    for (const double e : {error(of(c.y), truth.y, magnitude.y), error(of(c.dx), truth.dx, magnitude.dx),
                           error(of(c.dw), truth.dw, magnitude.dw)})
      worst = std::max(worst, e);
  }
  return worst;
}

/// Bits of numbers that the GPU rounds.
template <class Number>
struct Round {
  const float* from;
  float* to;  // a word for every per_word floats
  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    team.phase([&](int t) {
      const int64_t n = team.block() * kThreads + t;
      to[n] = Number::word([&](int i) { return from[n * Number::per_word + i]; });
    });
  }
};

/// Every exponent and sign, with ties among them; no NaN, of which there are many.
Floats numbers_to_round(int64_t count) {
  Floats values;
  for (int64_t n = 0; n < count; ++n) {
    const uint32_t bits = static_cast<uint32_t>(n) * 0x9e3779b1u;
    const float value = float_of(n % 3 == 0 ? bits & 0xfffff000u : bits);
    values.push_back(std::isnan(value) ? 1 : value);
  }
  return values;
}

/// How many words the GPU rounds otherwise than the host does.
template <class Number, class OnHost>
double words_rounded_otherwise(OnHost&& on_host) {
  constexpr int64_t blocks = 64, words = blocks * kThreads;
  const Floats values = numbers_to_round(words * Number::per_word);
  GpuMemory memory;
  const Round<Number> kernel = {memory.uploaded(values), memory.floats(words)};
  memory.queue().launch(kernel, blocks, 0);
  const Floats rounded = memory.download(kernel.to, words);
  double differing = 0;
  for (int64_t n = 0; n < words; ++n)
    differing += bits_of(rounded[n]) != bits_of(on_host(values.data() + n * Number::per_word));
  return differing;
}

/// Logits of these subjects, [K, classes], after 3 steps of the reference network.
Floats logits_of(const std::vector<int64_t>& subjects, Precision precision) {
  constexpr int steps = 3;
  const NetworkOptions options = {.precision = precision};
  GpuMemory memory;
  const auto lanes = static_cast<int64_t>(subjects.size());
  Episodes<GpuMemory> episodes(memory, options, lanes, 32);
  give_images(memory, episodes, subjects, options);
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

void check_rounded(Precision precision) {
  const std::string of = std::string(short_name(precision)) + " ";
  const double bound = 1e-5;  // tensor cores cut off what they add below the largest addend
  for (ConvShape s : conv_shapes()) {
    if (s.in_channels % 8 != 0) continue;
    s.precision = precision;
    report(of + "convolution " + std::to_string(s.in_channels) + " to " + std::to_string(s.out_channels) +
               " of " + std::to_string(s.height) + "x" + std::to_string(s.width) + " stride " +
               std::to_string(s.stride) + " against float64 of rounded operands",
           conv_error(s), bound);
  }
  const double flips = roundoff(precision) / 2;  // values that round to the other neighbour
  report(of + "block 16 channels 32x32 against float64",
         block_error({2, 9, 32, 32, 16, 16, 1, 8, 1e-5f, precision}), flips);
  report(of + "block 32 to 64 channels stride 2 against float64",
         block_error({2, 9, 16, 16, 32, 64, 2, 8, 1e-5f, precision}), flips);
}

void check_bits(Precision precision) {
  const std::string of = std::string(short_name(precision)) + " values that differ ";
  const Floats all = logits_of(counted(256), precision);
  report(of + "when repeated", differing_bits(all, logits_of(counted(256), precision)), 0);
  report(of + "between K = 1 and 256", differing_bits(lane_of(all, 77, 256), logits_of({77}, precision)), 0);
  std::vector<int64_t> turned = counted(256);
  std::rotate(turned.begin(), turned.begin() + 100, turned.end());
  Floats back = logits_of(turned, precision);
  std::rotate(back.begin(), back.end() - 100 * NetworkOptions().classes, back.end());
  report(of + "after a permutation of lanes", differing_bits(all, back), 0);
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

  check_rounded(Precision::tf32);
  check_rounded(Precision::bf16);
  report("words of TF32 rounded otherwise than on the host",
         words_rounded_otherwise<Tf32>([](const float* x) { return Tf32::rounded(x[0]); }), 0);
  report("words of bf16 rounded otherwise than on the host",
         words_rounded_otherwise<Bf16>([](const float* x) { return Bf16::packed(x[0], x[1]); }), 0);
  for (const Precision precision : {Precision::float32, Precision::tf32, Precision::bf16})
    check_bits(precision);
  return all_well;
}

}  // namespace ttt::cuda::bench
