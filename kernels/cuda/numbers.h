#pragma once
#include "kernels/cuda/team.h"
#include "schemas/run_options.h"

// What convolutions multiply: numbers of 32 bits, or of fewer, several of them side by side in a word of 32.
// A word is kept as the float of the same bits, for shared memory holds floats.
//
// The device and the host round to the same bits, NaN aside, which stays some NaN.
//
// What a Number offers:
//   on_tensor_cores               who multiplies it
//   per_word                      numbers in a word
//   word(f)                       f(0), ... f(per_word - 1), rounded, the first one in the lowest bits
//   shifted(words, n)             the word that begins n numbers after the first one of `words`
//   add_products(a, b, sum)       sum plus the products of the numbers of two words, in order; on the host

namespace ttt::cuda {

TTT_ANYWHERE uint32_t bits_of(float x) { return __builtin_bit_cast(uint32_t, x); }
TTT_ANYWHERE float float_of(uint32_t bits) { return __builtin_bit_cast(float, bits); }

/// As they are.
struct Float32 {
  static constexpr bool on_tensor_cores = false;
  static constexpr int per_word = 1;
  template <class F>
  static TTT_DEVICE float word(F&& f) {
    return f(0);
  }
};

/// 8 bits of exponent and 10 of significand, in the upper 19 bits of a word. To nearest, ties away from zero.
struct Tf32 {
  static constexpr bool on_tensor_cores = true;
  static constexpr int per_word = 1;

  static TTT_ANYWHERE float rounded(float x) {
#if defined(__CUDA_ARCH__)
    uint32_t word;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(word) : "f"(x));
    return float_of(word);
#else
    if (x != x) return float_of(0x7fffffff);
    return float_of((bits_of(x) + 0x1000) & ~uint32_t{0x1fff});  // past the largest: infinity
#endif
  }
  template <class F>
  static TTT_DEVICE float word(F&& f) {
    return rounded(f(0));
  }
  static TTT_DEVICE float shifted(const float* words, int n) { return words[n]; }
  static float add_products(float a, float b, float sum) { return sum + a * b; }
};

/// 8 bits of exponent and 7 of significand, two in a word. To nearest, ties to even.
struct Bf16 {
  static constexpr bool on_tensor_cores = true;
  static constexpr int per_word = 2;

  static TTT_ANYWHERE float packed(float low, float high) {
#if defined(__CUDA_ARCH__)
    uint32_t word;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
    return float_of(word);
#else
    return float_of(rounded(low) >> 16 | rounded(high));
#endif
  }
  template <class F>
  static TTT_DEVICE float word(F&& f) {
    return packed(f(0), f(1));
  }
  static TTT_DEVICE float shifted(const float* words, int n) {
    if (n % 2 == 0) return words[n / 2];
    return float_of(bits_of(words[n / 2]) >> 16 | bits_of(words[n / 2 + 1]) << 16);
  }
  static float add_products(float a, float b, float sum) {
    const auto low = [](float word) { return float_of(bits_of(word) << 16); };
    const auto high = [](float word) { return float_of(bits_of(word) & 0xffff0000); };
    return (sum + low(a) * low(b)) + high(a) * high(b);
  }

 private:
  /// In the upper half.
  static uint32_t rounded(float x) {
    if (x != x) return 0x7fff0000;
    const uint32_t bits = bits_of(x);
    return (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;  // past the largest: infinity
  }
};

/// f(Number()) for the number of a precision; what is not known is multiplied as float32.
template <class F>
auto with_number(Precision precision, F&& f) {
  switch (precision) {
    case Precision::tf32:
      return f(Tf32());
    case Precision::bf16:
      return f(Bf16());
    default:
      return f(Float32());
  }
}

}  // namespace ttt::cuda
