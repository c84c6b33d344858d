#include <cstdio>

#include "kernels/cuda/conv/device.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/bench/gpu_memory.cuh"
#include "tests/kernels/cuda/bench/measure.h"
#include "tests/kernels/cuda/bench/stopwatch.cuh"

namespace ttt::cuda::bench {
namespace {

void report(const ConvShape& s, const char* pass, double seconds, double passes_over_memory) {
  const double flops =
      2.0 * static_cast<double>(s.lanes * s.views * s.weights()) * s.out_height() * s.out_width();
  std::printf(
      "{\"kind\": \"shape\", \"by\": \"%s\", \"pass\": \"%s\", \"in\": %d, \"out\": %d, \"size\": %d, "
      "\"stride\": %d, \"lanes\": %lld, \"views\": %d, \"seconds\": %.4g, \"tflops\": %.4g, "
      "\"terabytes_per_second\": %.4g}\n",
      s.precision == Precision::float32 ? "ours" : short_name(s.precision), pass, s.in_channels,
      s.out_channels, s.height, s.stride, static_cast<long long>(s.lanes), s.views, seconds,
      flops / seconds / 1e12, passes_over_memory * 4e-12 / seconds);
  std::fflush(stdout);
}

void measure(const ConvShape& s) {
  GpuMemory memory;
  const int64_t rows = s.lanes * s.views, in = rows * s.in_floats(), out = rows * s.out_floats();
  constexpr int groups = 8;
  float* x = memory.uploaded(reference::random_floats(in, 1));
  float* dy = memory.uploaded(reference::random_floats(out, 2));
  float* w = memory.uploaded(reference::random_floats(s.lanes * s.weights(), 3));
  const Floats ones(s.in_channels, 1.0f);
  float *scale = memory.uploaded(ones), *moments = memory.floats(rows * groups * 2);
  float *y_moments = memory.floats(rows * groups * 2), *y = memory.floats(out), *dx = memory.floats(in);
  float *sums = memory.floats(rows * gate_bands(s) * s.in_channels * 2),
        *dw = memory.floats(s.lanes * s.weights());
  float* workspace = memory.floats(weight_gradient_workspace(s));
  const LaneFloats weights = {w, s.weights()};
  const Norm norm = {groups, moments, {scale, 0}, {scale, 0}};
  Floats plain;
  for (int64_t n = 0; n < rows * groups; ++n) plain.insert(plain.end(), {0.0f, 1.0f});
  memory.upload(plain, moments);

  const DeviceQueue& queue = memory.queue();
  const auto in_out = static_cast<double>(in + out);
  report(s, "forward", least_seconds([&] {
           convolve(queue, s, x, norm, weights, Store{y, {}, y_moments, groups, 1e-5f});
         }),
         in_out);
  report(s, "input gradient", least_seconds([&] {
           convolve_back(queue, s, dy, weights, Gate{x, norm, dx, sums});
         }),
         in_out + static_cast<double>(in));
  report(s, "weight gradient", least_seconds([&] { weight_gradient(queue, s, x, norm, dy, dw, workspace); }),
         in_out);
}

}  // namespace

void measure_shapes(Precision precision, const std::vector<int64_t>& lanes) {
  for (const int64_t k : lanes)
    for (ConvShape s : {ConvShape{k, 32, 32, 32, 16, 16, 1}, ConvShape{k, 32, 16, 16, 32, 32, 1},
                        ConvShape{k, 32, 8, 8, 64, 64, 1}, ConvShape{k, 32, 32, 32, 16, 32, 2},
                        ConvShape{k, 32, 16, 16, 32, 64, 2}}) {
      s.precision = precision;
      measure(s);
    }
}

}  // namespace ttt::cuda::bench
