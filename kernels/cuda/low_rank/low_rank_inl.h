#pragma once
#include "kernels/cuda/low_rank/low_rank.h"
#include "kernels/cuda/part.h"

// Included by the sources that choose a queue: low_rank.cu and the tests on the host.

namespace ttt::cuda {

/// A thread an element.
struct LowRankSum {
  LowRankShape s;
  LaneFloats base;
  const float *b, *a;
  float* sum;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const Part part = part_of(team.block(), s.lanes, int64_t{s.out} * s.in);
    const float *lane_b = b + part.lane * s.out * s.rank, *lane_a = a + part.lane * s.rank * s.in;
    team.phase([&](int t) {
      for (int64_t n = part.begin + t; n < part.end; n += kThreads) {
        const int64_t o = n / s.in, i = n % s.in;
        float product = 0;
        for (int j = 0; j < s.rank; ++j)
          product = multiply_add(lane_b[o * s.rank + j], lane_a[int64_t{j} * s.in + i], product);
        sum[part.lane * s.out * s.in + n] = base.lane(part.lane)[n] + product;
      }
    });
  }
};

/// db = dsum a^T: a block a row of dsum.
struct LowRankGradientB {
  LowRankShape s;
  const float *dsum, *a;
  float* db;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const float *row = dsum + team.block() * s.in, *lane_a = a + team.block() / s.out * s.rank * s.in;
    float* sums = team.shared();  // [kThreads]
    for (int j = 0; j < s.rank; ++j) {
      team.phase([&](int t) {
        sums[t] = 0;
        for (int64_t i = t; i < s.in; i += kThreads)
          sums[t] = multiply_add(row[i], lane_a[int64_t{j} * s.in + i], sums[t]);
      });
      for (int half = kThreads / 2; half > 0; half /= 2)
        team.phase([&](int t) {
          if (t < half) sums[t] += sums[t + half];
        });
      team.phase([&](int t) {
        if (t == 0) db[team.block() * s.rank + j] = sums[0];
      });
    }
  }
};

/// da = b^T dsum: a thread an element.
struct LowRankGradientA {
  LowRankShape s;
  const float *dsum, *b;
  float* da;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const Part part = part_of(team.block(), s.lanes, int64_t{s.rank} * s.in);
    const float *lane_b = b + part.lane * s.out * s.rank, *lane_dsum = dsum + part.lane * s.out * s.in;
    team.phase([&](int t) {
      for (int64_t n = part.begin + t; n < part.end; n += kThreads) {
        const int64_t j = n / s.in, i = n % s.in;
        float product = 0;
        for (int o = 0; o < s.out; ++o)
          product = multiply_add(lane_b[int64_t{o} * s.rank + j], lane_dsum[int64_t{o} * s.in + i], product);
        da[part.lane * s.rank * s.in + n] = product;
      }
    });
  }
};

template <class Queue>
void low_rank_sum(const Queue& queue, const LowRankShape& s, LaneFloats base, const float* b, const float* a,
                  float* sum) {
  queue.launch(LowRankSum{s, base, b, a, sum}, s.lanes * parts_of(int64_t{s.out} * s.in), 0);
}

template <class Queue>
void low_rank_sum_backward(const Queue& queue, const LowRankShape& s, const float* dsum, const float* b,
                           const float* a, float* db, float* da) {
  queue.launch(LowRankGradientB{s, dsum, a, db}, s.lanes * s.out, kThreads);
  queue.launch(LowRankGradientA{s, dsum, b, da}, s.lanes * parts_of(int64_t{s.rank} * s.in), 0);
}

}  // namespace ttt::cuda
