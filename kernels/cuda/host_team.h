#pragma once
#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <vector>

#include "kernels/cuda/tensor_core.h"

namespace ttt::cuda {

/// In which order the threads of a phase run. A result that depends on it is a race.
enum class ThreadOrder { ascending, descending };

/// A block's threads, run one after the other. What is not initialised on the device is NaN here.
class HostTeam {
 public:
  HostTeam(int64_t block, int shared_floats, ThreadOrder order)
      : block_(block),
        order_(order),
        shared_(std::max<size_t>(1, static_cast<size_t>(shared_floats + 3) / 4), {{nan, nan, nan, nan}}) {}

  int64_t block() const { return block_; }
  float* shared() const { return shared_.front().at; }

  template <class F>
  void each(F&& f) const {
    for (int t = 0; t < kThreads; ++t) f(order_ == ThreadOrder::ascending ? t : kThreads - 1 - t);
  }
  template <class Number, class F>
  void multiply_add(F&& f) const {
    for (int first = 0; first < kThreads; first += 32) {
      Fragments warp[32];
      for (int lane = 0; lane < 32; ++lane) warp[lane] = f(first + lane);
      add_products(Number(), warp);
    }
  }
  void barrier() const {}
  template <class F>
  void phase(F&& f) const {
    each(f);
  }

  template <class T>
  class PerThread {
   public:
    PerThread() : values_(kThreads) {
      std::memset(static_cast<void*>(values_.data()), 0xff, kThreads * sizeof(T));
    }
    T& operator[](int thread) { return values_[thread]; }

   private:
    std::vector<T> values_;
  };

 private:
  static constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  int64_t block_;
  ThreadOrder order_;
  mutable std::vector<Quad> shared_;
};

/// Runs kernels at once, in order; refuses those that no device would launch.
class HostQueue {
 public:
  explicit HostQueue(ThreadOrder order = ThreadOrder::ascending) : order_(order) {}

  template <class Kernel>
  void launch(const Kernel& kernel, int64_t blocks, int shared_floats) const {
    if (shared_floats > kSharedFloats) throw std::length_error("a block has 48 KB of shared memory");
    for (int64_t block = 0; block < blocks; ++block) kernel.run(HostTeam(block, shared_floats, order_));
  }

 private:
  ThreadOrder order_;
};

}  // namespace ttt::cuda
