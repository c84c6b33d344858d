#pragma once
#include <cuda_runtime.h>

#include <vector>

#include "kernels/cuda/device_team.cuh"

namespace ttt::cuda::bench {

/// to [K, size] = from [size] for every lane.
struct Broadcast {
  const float* from;
  int64_t size;
  float* to;
  static constexpr int64_t kFloats = 16 * kThreads;  // of a block

  int64_t blocks_per_lane() const { return (size + kFloats - 1) / kFloats; }
  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t per_lane = (size + kFloats - 1) / kFloats, lane = team.block() / per_lane;
    team.phase([&](int t) {
      const int64_t begin = team.block() % per_lane * kFloats;
      for (int64_t n = begin + t; n < begin + kFloats && n < size; n += kThreads)
        to[lane * size + n] = from[n];
    });
  }
};

/// Memory of a GPU that lives as long as this, and the queue that uses it.
class GpuMemory {
 public:
  GpuMemory() = default;
  GpuMemory(const GpuMemory&) = delete;
  GpuMemory& operator=(const GpuMemory&) = delete;
  ~GpuMemory() {
    for (void* p : memory_) cudaFree(p);
  }

  const DeviceQueue& queue() const { return queue_; }
  float* floats(int64_t count) { return take<float>(count); }
  double* doubles(int64_t count) { return take<double>(count); }
  int64_t* integers(int64_t count) { return take<int64_t>(count); }
  uint8_t* bytes(int64_t count) { return take<uint8_t>(count); }
  bool* flags(int64_t count) { return take<bool>(count); }

  template <class T>
  void upload(const std::vector<T>& values, T* to) const {
    check(cudaMemcpy(to, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice),
          "copy to the GPU");
  }
  template <class T>
  std::vector<T> download(const T* from, int64_t count) const {
    std::vector<T> values(static_cast<size_t>(count));
    check(cudaMemcpy(values.data(), from, count * sizeof(T), cudaMemcpyDeviceToHost), "copy from the GPU");
    return values;
  }
  template <class T>
  T* uploaded(const std::vector<T>& values) {
    T* p = take<T>(static_cast<int64_t>(values.size()));
    upload(values, p);
    return p;
  }
  void broadcast(const float* from, int64_t size, float* to, int64_t lanes) const {
    const Broadcast kernel = {from, size, to};
    queue_.launch(kernel, lanes * kernel.blocks_per_lane(), 0);
  }
  void set(bool* flags, bool value, int64_t count) const {
    check(cudaMemsetAsync(flags, value ? 1 : 0, count), "memset");
  }

 private:
  /// Filled with NaN: what a kernel forgets to write shows.
  template <class T>
  T* take(int64_t count) {
    void* p = nullptr;
    const size_t size = count * sizeof(T);
    check(cudaMalloc(&p, size), "memory of the GPU");
    check(cudaMemset(p, 0xff, size), "memset");
    memory_.push_back(p);
    return static_cast<T*>(p);
  }
  DeviceQueue queue_;
  std::vector<void*> memory_;
};

}  // namespace ttt::cuda::bench
