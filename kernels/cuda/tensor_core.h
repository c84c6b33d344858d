#pragma once
#include "kernels/cuda/numbers.h"

// D [16, 8] = A [16, k] * B [k, 8] + C by the 32 threads of a warp, k = 8 words of numbers: mma.sync m16n8k8
// of TF32 and m16n8k16 of bf16 (PTX ISA, "Matrix Fragments"). Both deal words alike: with g = lane / 4 and t
// = lane % 4, a thread holds
//   A: rows g, g + 8 of word t, then of word t + 4;   B: words t, t + 4 of column g;
//   C and D: columns 2t, 2t + 1 of row g, then of row g + 8.
// Which of its numbers a kernel calls word 0..7, row or column is its own choice, as long as A, B and C
// agree.

namespace ttt::cuda {

/// What one thread holds.
struct Fragments {
  float a[4], b[2];      // words
  float *upper, *lower;  // two sums each, added to
};

#if defined(__CUDACC__)

__device__ __forceinline__ void add_products(Tf32, const Fragments& f) {
  asm volatile(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(f.upper[0]), "+f"(f.upper[1]), "+f"(f.lower[0]), "+f"(f.lower[1])
      : "r"(bits_of(f.a[0])), "r"(bits_of(f.a[1])), "r"(bits_of(f.a[2])), "r"(bits_of(f.a[3])),
        "r"(bits_of(f.b[0])), "r"(bits_of(f.b[1])));
}

__device__ __forceinline__ void add_products(Bf16, const Fragments& f) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(f.upper[0]), "+f"(f.upper[1]), "+f"(f.lower[0]), "+f"(f.lower[1])
      : "r"(bits_of(f.a[0])), "r"(bits_of(f.a[1])), "r"(bits_of(f.a[2])), "r"(bits_of(f.a[3])),
        "r"(bits_of(f.b[0])), "r"(bits_of(f.b[1])));
}

#endif

/// The same for a whole warp on the host; sums are rounded to float after every product, in the order of
/// words.
template <class Number>
void add_products(Number, const Fragments (&warp)[32]) {
  float a[16][8], b[8][8];
  for (int lane = 0; lane < 32; ++lane) {
    const Fragments& f = warp[lane];
    const int g = lane / 4, t = lane % 4;
    a[g][t] = f.a[0], a[g + 8][t] = f.a[1], a[g][t + 4] = f.a[2], a[g + 8][t + 4] = f.a[3];
    b[g][t] = f.b[0], b[g][t + 4] = f.b[1];
  }
  for (int lane = 0; lane < 32; ++lane)
    for (int half = 0; half < 2; ++half)
      for (int n = 0; n < 2; ++n) {
        float& sum = (half ? warp[lane].lower : warp[lane].upper)[n];
        for (int word = 0; word < 8; ++word)
          sum = Number::add_products(a[lane / 4 + 8 * half][word], b[lane % 4 * 2 + n][word], sum);
      }
}

}  // namespace ttt::cuda
