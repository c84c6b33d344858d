#include "kernels/cuda/tensor_core.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"

namespace ttt::cuda {
namespace {

/// Where an element of a matrix lies: its thread and its number among that thread's elements.
struct Element {
  int row, column;
};

// "Matrix Fragments for mma.m16n8k8" and "... mma.m16n8k16" of the PTX ISA, element i of a thread.

Element tf32_a(int lane, int i) {
  return {lane / 4 + (i == 1 || i == 3 ? 8 : 0), lane % 4 + (i == 2 || i == 3 ? 4 : 0)};
}
Element tf32_b(int lane, int i) { return {lane % 4 + (i == 1 ? 4 : 0), lane / 4}; }
Element bf16_a(int lane, int i) {
  return {lane / 4 + (i == 2 || i == 3 || i == 6 || i == 7 ? 8 : 0), lane % 4 * 2 + i % 2 + (i >= 4 ? 8 : 0)};
}
Element bf16_b(int lane, int i) { return {lane % 4 * 2 + i % 2 + (i >= 2 ? 8 : 0), lane / 4}; }
Element sum(int lane, int i) { return {lane / 4 + (i >= 2 ? 8 : 0), lane % 4 * 2 + i % 2}; }

/// A [16, k], B [k, 8], C [16, 8] of small integers: every sum is exact, whatever its order.
struct Matrices {
  int k;
  std::vector<float> a, b, c;
  Matrices(int k_, unsigned seed)
      : k(k_), a(integers(16 * k, seed)), b(integers(k * 8, seed + 1)), c(integers(16 * 8, seed + 2)) {}

  static std::vector<float> integers(int64_t count, unsigned seed) {
    std::vector<float> values = reference::random_floats(count, seed, 9);
    for (float& v : values) v = std::floor(v);
    return values;
  }
  float product(int row, int column) const {
    float sum = c[row * 8 + column];
    for (int i = 0; i < k; ++i) sum += a[row * k + i] * b[i * 8 + column];
    return sum;
  }
};

/// Every warp multiplies matrices of its own; `word_a`, `word_b` give word n of a lane.
template <class Number, class A, class B>
void expect_products(int k, A&& word_a, B&& word_b) {
  std::vector<Matrices> matrices;
  for (int warp = 0; warp < kThreads / 32; ++warp) matrices.emplace_back(k, 10 * warp + 1);
  std::vector<std::array<float, 4>> sums(kThreads);
  const HostTeam team(0, 0, ThreadOrder::ascending);
  team.each([&](int t) {
    for (int i = 0; i < 4; ++i) {
      const Element e = sum(t % 32, i);
      sums[t][i] = matrices[t / 32].c[e.row * 8 + e.column];
    }
  });
  team.multiply_add<Number>([&](int t) {
    const Matrices& m = matrices[t / 32];
    Fragments f{{}, {}, &sums[t][0], &sums[t][2]};
    for (int n = 0; n < 4; ++n) f.a[n] = word_a(m, t % 32, n);
    for (int n = 0; n < 2; ++n) f.b[n] = word_b(m, t % 32, n);
    return f;
  });
  for (int t = 0; t < kThreads; ++t)
    for (int i = 0; i < 4; ++i) {
      const Element e = sum(t % 32, i);
      EXPECT_EQ(sums[t][i], matrices[t / 32].product(e.row, e.column)) << "thread " << t << " sum " << i;
    }
}

TEST(TensorCore, Tf32FragmentsAreThoseOfThePtxIsa) {
  expect_products<Tf32>(
      8,
      [](const Matrices& m, int lane, int n) {
        return m.a[tf32_a(lane, n).row * m.k + tf32_a(lane, n).column];
      },
      [](const Matrices& m, int lane, int n) {
        return m.b[tf32_b(lane, n).row * 8 + tf32_b(lane, n).column];
      });
}

TEST(TensorCore, Bf16FragmentsAreThoseOfThePtxIsa) {
  expect_products<Bf16>(
      16,
      [](const Matrices& m, int lane, int n) {
        const Element low = bf16_a(lane, 2 * n), high = bf16_a(lane, 2 * n + 1);
        return Bf16::packed(m.a[low.row * m.k + low.column], m.a[high.row * m.k + high.column]);
      },
      [](const Matrices& m, int lane, int n) {
        const Element low = bf16_b(lane, 2 * n), high = bf16_b(lane, 2 * n + 1);
        return Bf16::packed(m.b[low.row * 8 + low.column], m.b[high.row * 8 + high.column]);
      });
}

}  // namespace
}  // namespace ttt::cuda
