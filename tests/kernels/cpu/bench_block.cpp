// Speed of residual blocks, pass by pass, beside the core's multiply-add peak measured between them:
//   taskset -c 1 build/bench_block [--isa avx2] [--images 32]
// "Effective" GFLOP/s count a convolution as 2 x 9 x in x out operations a pixel, however it is computed.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

#include "kernels/cpu/block/block.h"
#include "kernels/cpu/fma_peak.h"
#include "kernels/cpu/isa.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cpu {
namespace {

/// Processor time of this thread: other processes then cost only what they drive out of the caches.
double thread_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// Seconds of the fastest of at least 5 runs within `patience` seconds.
template <class F>
double fastest(F&& f, double patience = 0.3) {
  f();
  double best = 1e9;
  const double begin = thread_seconds();
  for (int runs = 0; runs < 5 || thread_seconds() - begin < patience; ++runs) {
    const double start = thread_seconds();
    f();
    best = std::min(best, thread_seconds() - start);
  }
  return best;
}

struct Buffers {
  AlignedFloats x, dy, conv1, conv2, norm, y, middle, moments1, moments2, dx, dconv1, dconv2, dnorm;
};

/// On cache lines, as tensors lie.
AlignedFloats aligned(const std::vector<float>& values) {
  AlignedFloats copy(static_cast<int64_t>(values.size()));
  std::copy(values.begin(), values.end(), copy.data());
  return copy;
}

Buffers buffers(const BlockShape& s) {
  const int64_t in = s.images * s.in_floats(), out = s.images * s.out_floats();
  const int64_t weights1 = static_cast<int64_t>(s.out_channels) * s.in_channels * 9;
  const int64_t weights2 = static_cast<int64_t>(s.out_channels) * s.out_channels * 9;
  const int64_t moments = s.images * s.norm_groups * 2;
  const auto random = [](int64_t count, unsigned seed, float size, float offset) {
    return aligned(reference::random_floats(count, seed, size, offset));
  };
  const auto zeros = [](int64_t count) { return aligned(std::vector<float>(static_cast<size_t>(count))); };
  return {random(in, 1, 1, 0),
          random(out, 2, 1, 0),
          random(weights1, 3, 0.1f, 0),
          random(weights2, 4, 0.1f, 0),
          random(s.out_channels, 5, 0.1f, 1),
          zeros(out),
          zeros(out),
          zeros(moments),
          zeros(moments),
          zeros(in),
          zeros(weights1),
          zeros(weights2),
          zeros(4 * s.out_channels)};
}

void measure(const BlockShape& s, std::string_view algorithm) {
  Scratch scratch;
  const Buffers b = buffers(s);
  const BlockNorms norms = {b.norm.data(), b.norm.data(), b.norm.data(), b.norm.data()};
  const BlockSaved saved = {b.middle.data(), b.moments1.data(), b.moments2.data()};
  PackedBlock packed(s, b.conv1.data(), b.conv2.data(), Passes::both, scratch);
  float* dnorm = b.dnorm.data();
  const BlockGradients all = {b.dx.data(),
                              dnorm,
                              dnorm + s.out_channels,
                              b.dconv1.data(),
                              dnorm + 2 * s.out_channels,
                              dnorm + 3 * s.out_channels,
                              b.dconv2.data()};
  BlockGradients norm_only = all;
  norm_only.conv1 = norm_only.conv2 = nullptr;

  const double peak = fma_peak();
  const double flops =
      18.0 * static_cast<double>(s.images * s.out_floats()) * (s.in_channels + s.out_channels);
  const double pack = fastest([&] { packed.pack(s, b.conv1.data(), b.conv2.data(), Passes::both, scratch); });
  const double forward =
      fastest([&] { block_forward(s, norms, packed, b.x.data(), b.y.data(), &saved, scratch); });
  const double backward =
      fastest([&] { block_backward(s, norms, packed, b.x.data(), saved, b.dy.data(), all, scratch); });
  const double norms_only =
      fastest([&] { block_backward(s, norms, packed, b.x.data(), saved, b.dy.data(), norm_only, scratch); });
  fmt::print("{:>3}x{:<3} {:>3} -> {:<3} stride {}  {:<7} {:7.1f} {:9.1f} {:10.1f} {:9.0f}   {:7.1f}\n",
             s.height, s.width, s.in_channels, s.out_channels, s.stride, algorithm, flops / forward * 1e-9,
             2 * flops / backward * 1e-9, flops / norms_only * 1e-9, pack * 1e6, peak);
}

/// Whether this machine has an instruction set of that name; says so if not.
bool pinned(std::string_view wanted) {
  for (const Isa isa : available_instruction_sets())
    if (name(isa) == wanted) return pin_instruction_set(isa), true;
  fmt::print(stderr, "bench_block: no instruction set {} on this machine\n", wanted);
  return false;
}

void run(int64_t images) {
  fmt::print("instruction set {}, {} images; effective GFLOP/s\n", name(instruction_set()), images);
  fmt::print("image    channels    stride    algorithm forward  backward  norm-only  pack [us]  FMA peak\n");
  constexpr std::pair<ConvAlgorithm, const char*> algorithms[] = {
      {ConvAlgorithm::winograd4, "F4"}, {ConvAlgorithm::winograd2, "F2"}, {ConvAlgorithm::direct, "direct"}};
  for (const auto& [algorithm, label] : algorithms) {
    measure({images, 32, 32, 16, 16, 1, 8, 1e-5f, algorithm}, label);
    measure({images, 16, 16, 32, 32, 1, 8, 1e-5f, algorithm}, label);
    measure({images, 8, 8, 64, 64, 1, 8, 1e-5f, algorithm}, label);
    measure({images, 32, 32, 16, 32, 2, 8, 1e-5f, algorithm}, label);
    measure({images, 16, 16, 32, 64, 2, 8, 1e-5f, algorithm}, label);
    measure({images, 16, 16, 8, 8, 1, 4, 1e-5f, algorithm}, label);
    measure({images, 16, 16, 8, 16, 2, 4, 1e-5f, algorithm}, label);
    measure({images, 8, 8, 16, 32, 2, 4, 1e-5f, algorithm}, label);
  }
}

}  // namespace
}  // namespace ttt::cpu

int main(int argc, char** argv) {
  int64_t images = 32;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (!std::strcmp(argv[i], "--isa") && !ttt::cpu::pinned(argv[i + 1])) return 64;
    if (!std::strcmp(argv[i], "--images")) images = std::atoll(argv[i + 1]);
  }
  ttt::cpu::run(images);
}
