#pragma once
#include <cstdint>
#include <vector>

namespace ttt {

/// SplitMix64 (Steele, Lea and Flood, OOPSLA 2014), a stream for each (seed, tag, index), with integer draws:
/// what the invented language and the puzzles are made with.
class SplitMix {
 public:
  SplitMix(uint64_t seed, uint64_t tag, uint64_t index)
      : state_(mix(mix(seed + golden * (tag + 1)) + golden * (index + 1))) {}

  uint64_t next() { return mix(state_ += golden); }
  /// 0 .. n-1.
  int64_t below(int64_t n) { return static_cast<int64_t>(((next() >> 32) * static_cast<uint64_t>(n)) >> 32); }
  bool chance(int64_t permille) { return below(1000) < permille; }
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<size_t>(below(static_cast<int64_t>(values.size())))];
  }

 private:
  static constexpr uint64_t golden = 0x9E3779B97F4A7C15;
  static constexpr uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  uint64_t state_;
};

}  // namespace ttt
