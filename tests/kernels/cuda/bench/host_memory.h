#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

#include "kernels/cuda/host_team.h"

namespace ttt::cuda::bench {

/// Memory and a queue on the host, with the members of GpuMemory (gpu_memory.cuh). What is not written is
/// not a number.
class HostMemory {
 public:
  const HostQueue& queue() const { return queue_; }
  float* floats(int64_t count) { return take<float>(count); }
  double* doubles(int64_t count) { return take<double>(count); }
  int64_t* integers(int64_t count) { return take<int64_t>(count); }
  uint8_t* bytes(int64_t count) { return take<uint8_t>(count); }
  bool* flags(int64_t count) { return take<bool>(count); }
  template <class T>
  T* uploaded(const std::vector<T>& values) {
    T* p = take<T>(static_cast<int64_t>(values.size()));
    std::memcpy(p, values.data(), values.size() * sizeof(T));
    return p;
  }
  void broadcast(const float* from, int64_t size, float* to, int64_t lanes) {
    for (int64_t k = 0; k < lanes; ++k) std::memcpy(to + k * size, from, size * sizeof(float));
  }
  void set(bool* flags, bool value, int64_t count) { std::fill_n(flags, count, value); }

 private:
  template <class T>
  T* take(int64_t count) {
    const size_t quads = (count * sizeof(T) + sizeof(Quad) - 1) / sizeof(Quad);
    memory_.push_back(std::make_unique<Quad[]>(quads));
    std::memset(memory_.back().get(), 0xff, quads * sizeof(Quad));
    return reinterpret_cast<T*>(memory_.back().get());
  }
  HostQueue queue_;
  std::vector<std::unique_ptr<Quad[]>> memory_;
};

}  // namespace ttt::cuda::bench
