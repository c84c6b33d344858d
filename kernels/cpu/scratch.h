#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "kernels/cpu/ahead.h"

namespace ttt::cpu {

/// Floats on a cache line (64 bytes), not initialised.
class AlignedFloats {
 public:
  AlignedFloats() = default;
  explicit AlignedFloats(int64_t count);
  float* data() const { return data_.get(); }
  int64_t size() const { return size_; }

 private:
  struct Free {
    void operator()(float* data) const;
  };
  std::unique_ptr<float, Free> data_;
  int64_t size_ = 0;
};

/// Zeroes a sum before its first term; null is one that nobody asked for.
void clear(float* sum, int64_t floats);

/// Memory that kernels work in: a stack that keeps its memory from call to call. One per thread, passed in by
/// the caller; contents never outlive a call.
class Scratch {
 public:
  /// `count` floats, aligned to 64 bytes, valid until the enclosing Lease ends.
  float* take(int64_t count);

  /// Gives back at its end whatever was taken since its beginning.
  class Lease {
   public:
    explicit Lease(Scratch& scratch) : scratch_(scratch), piece_(scratch.piece_), used_(scratch.used_) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

   private:
    Scratch& scratch_;
    size_t piece_;
    int64_t used_;
  };

  /// What the work after this one touches.
  Ahead ahead;

  /// Bytes held.
  int64_t bytes() const;

  /// Fills all memory held with `value`: tests poison it.
  void fill(float value);

 private:
  std::vector<AlignedFloats> pieces_;
  size_t piece_ = 0;  // the piece being filled
  int64_t used_ = 0;  // floats taken of it
};

}  // namespace ttt::cpu
