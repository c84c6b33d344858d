#include "kernels/cuda/low_rank/low_rank_inl.h"

#include <gtest/gtest.h>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

using reference::random_floats;

/// Weights and factors of three lanes, their products by definition in float64.
struct LowRankCase {
  LowRankShape s;
  Floats base = random_floats(3 * s.out * s.in, 1), b = random_floats(3 * s.out * s.rank, 2),
         a = random_floats(3 * s.rank * s.in, 3), dsum = random_floats(3 * s.out * s.in, 4);

  double of_base(int64_t k, int o, int i) const { return double{base[(k * s.out + o) * s.in + i]}; }
  double of_b(int64_t k, int o, int j) const { return double{b[(k * s.out + o) * s.rank + j]}; }
  double of_a(int64_t k, int j, int i) const { return double{a[(k * s.rank + j) * s.in + i]}; }
  double of_dsum(int64_t k, int o, int i) const { return double{dsum[(k * s.out + o) * s.in + i]}; }
};

/// Lanes with and without a weight each; in and elements of a lane beyond one turn of a block's threads.
class LowRank : public testing::TestWithParam<LowRankShape> {};

TEST_P(LowRank, SumAddsTheProductOfTheFactors) {
  const LowRankCase c{GetParam()};
  for (const int64_t stride : {int64_t{0}, int64_t{c.s.out} * c.s.in}) {
    Floats sum = poisoned(3 * c.s.out * c.s.in);
    low_rank_sum(HostQueue(), c.s, {c.base.data(), stride}, c.b.data(), c.a.data(), sum.data());
    for (int64_t k = 0; k < 3; ++k)
      for (int o = 0; o < c.s.out; ++o)
        for (int i = 0; i < c.s.in; ++i) {
          double expected = c.of_base(stride == 0 ? 0 : k, o, i);
          for (int j = 0; j < c.s.rank; ++j) expected += c.of_b(k, o, j) * c.of_a(k, j, i);
          ASSERT_NEAR(sum[(k * c.s.out + o) * c.s.in + i], expected, 1e-5);
        }
  }
}

TEST_P(LowRank, GradientsAreProductsWithTheOtherFactor) {
  const LowRankCase c{GetParam()};
  Floats db = poisoned(3 * c.s.out * c.s.rank), da = poisoned(3 * c.s.rank * c.s.in);
  low_rank_sum_backward(HostQueue(), c.s, c.dsum.data(), c.b.data(), c.a.data(), db.data(), da.data());
  for (int64_t k = 0; k < 3; ++k)
    for (int j = 0; j < c.s.rank; ++j) {
      for (int o = 0; o < c.s.out; ++o) {
        double expected = 0;
        for (int i = 0; i < c.s.in; ++i) expected += c.of_dsum(k, o, i) * c.of_a(k, j, i);
        ASSERT_NEAR(db[(k * c.s.out + o) * c.s.rank + j], expected, 2e-5);
      }
      for (int i = 0; i < c.s.in; ++i) {
        double expected = 0;
        for (int o = 0; o < c.s.out; ++o) expected += c.of_b(k, o, j) * c.of_dsum(k, o, i);
        ASSERT_NEAR(da[(k * c.s.rank + j) * c.s.in + i], expected, 2e-5);
      }
    }
}

TEST_P(LowRank, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  const LowRankCase c{GetParam()};
  const auto run = [&](ThreadOrder order) {
    Floats db = poisoned(3 * c.s.out * c.s.rank), da = poisoned(3 * c.s.rank * c.s.in);
    low_rank_sum_backward(HostQueue(order), c.s, c.dsum.data(), c.b.data(), c.a.data(), db.data(), da.data());
    return std::pair(db, da);
  };
  EXPECT_EQ(run(ThreadOrder::ascending), run(ThreadOrder::descending));
}

TEST_P(LowRank, ALaneIsTheSameBytesWithoutNeighbours) {
  const LowRankCase c{GetParam()};
  LowRankShape one = c.s;
  one.lanes = 1;
  Floats db = poisoned(3 * c.s.out * c.s.rank), da = poisoned(3 * c.s.rank * c.s.in),
         db1 = poisoned(c.s.out * c.s.rank), da1 = poisoned(c.s.rank * c.s.in);
  low_rank_sum_backward(HostQueue(), c.s, c.dsum.data(), c.b.data(), c.a.data(), db.data(), da.data());
  low_rank_sum_backward(HostQueue(), one, c.dsum.data() + c.s.out * c.s.in, c.b.data() + c.s.out * c.s.rank,
                        c.a.data() + c.s.rank * c.s.in, db1.data(), da1.data());
  EXPECT_EQ(lane_of(db, 1, 3), db1);
  EXPECT_EQ(lane_of(da, 1, 3), da1);
}

INSTANTIATE_TEST_SUITE_P(Shapes, LowRank,
                         testing::Values(LowRankShape{3, 10, 64, 4}, LowRankShape{3, 16, 27, 1},
                                         LowRankShape{3, 64, 576, 8}, LowRankShape{3, 5, 300, 3}));

}  // namespace
}  // namespace ttt::cuda
