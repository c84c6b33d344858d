// Measures the kernels of kernels/cuda on the GPU at hand, without LibTorch; one JSON object a line. Ends
// with 77 where there is none.
//
//   measure_cuda ceilings | shapes [PRECISION] K... | episodes [PRECISION] K... | parity K | checks | small
//
// PRECISION: tf32 or bf16; float32 if it is left out.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "kernels/cuda/device_team.cuh"
#include "tests/kernels/cuda/bench/measure.h"

namespace ttt::cuda::bench {
namespace {

void print_device() {
  cudaDeviceProp p;
  int device = 0;
  check(cudaGetDevice(&device), "no GPU");
  check(cudaGetDeviceProperties(&p, device), "no GPU");
  std::printf("{\"kind\": \"device\", \"model\": \"%s\", \"multiprocessors\": %d, \"memory_gb\": %.4g}\n",
              p.name, p.multiProcessorCount, static_cast<double>(p.totalGlobalMem) / 1e9);
}

constexpr int kNoGpu = 77;  // what ctest counts as skipped

bool has_gpu() {
  int devices = 0;
  return cudaGetDeviceCount(&devices) == cudaSuccess && devices > 0;
}

int run(const std::string& what, Precision precision, const std::vector<int64_t>& lanes) {
  if (!has_gpu()) return std::fprintf(stderr, "measure_cuda: no GPU is found on this machine\n"), kNoGpu;
  print_device();
  if (what == "ceilings") return measure_ceilings(), 0;
  if (what == "shapes") return measure_shapes(precision, lanes), 0;
  if (what == "episodes") return measure_episodes(precision, lanes), 0;
  if (what == "parity" && lanes.size() == 1) return compare_precisions(lanes[0]), 0;
  if (what == "checks") return check_results() ? 0 : 1;
  if (what == "small") return run_small(), 0;
  std::fprintf(stderr, "measure_cuda: %s is unknown (ceilings, shapes, episodes, parity, checks, small)\n",
               what.c_str());
  return 64;
}

}  // namespace
}  // namespace ttt::cuda::bench

int main(int count, char** arguments) {
  using ttt::Precision;
  Precision precision = Precision::float32;
  std::vector<int64_t> lanes;
  for (int i = 2; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "tf32")
      precision = Precision::tf32;
    else if (argument == "bf16")
      precision = Precision::bf16;
    else
      lanes.push_back(std::atoll(argument.c_str()));
  }
  try {
    return ttt::cuda::bench::run(count > 1 ? arguments[1] : "", precision, lanes);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "measure_cuda: %s\n", error.what());
    return 70;
  }
}
