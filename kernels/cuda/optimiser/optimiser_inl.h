#pragma once
#include "kernels/cuda/optimiser/optimiser.h"

// Included by the sources that choose a queue: optimiser.cu and the tests on the host.

namespace ttt::cuda {

/// Element i's change, its moments updated.
TTT_DEVICE float change(const SgdRule& o, const WeightUpdate& u, int64_t i) {
  float g = u.gradient[i] + o.decay * u.weight[i];
  if (u.first) {
    u.first[i] = o.momentum * u.first[i] + g;
    g = o.nesterov ? g + o.momentum * u.first[i] : u.first[i];
  }
  return o.rate * g;
}
TTT_DEVICE float change(const AdamRule& o, const WeightUpdate& u, int64_t i) {
  const float g = u.gradient[i] + o.decay * u.weight[i];
  u.first[i] = o.beta1 * u.first[i] + (1 - o.beta1) * g;
  u.second[i] = o.beta2 * u.second[i] + (1 - o.beta2) * g * g;
  return o.rate * u.first[i] / (sqrtf(o.bias * u.second[i]) + o.epsilon);
}

template <class Rule>
struct Update {
  Rule rule;
  WeightUpdate u;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const Part part = part_of(team.block(), u.lanes, u.size);
    double* sums = reinterpret_cast<double*>(team.shared());  // [kThreads]
    team.phase([&](int t) {
      sums[t] = 0;
      if (!u.active[part.lane]) return;
      for (int64_t n = part.begin + t; n < part.end; n += kThreads) {
        const int64_t i = part.lane * u.size + n;
        const float c = change(rule, u, i);
        u.weight[i] -= c;
        sums[t] += static_cast<double>(c) * static_cast<double>(c);
      }
    });
    for (int half = kThreads / 2; half > 0; half /= 2)
      team.phase([&](int t) {
        if (t < half) sums[t] += sums[t + half];
      });
    team.phase([&](int t) {
      if (t == 0) u.squares[part.part * u.lanes + part.lane] = sums[0];
    });
  }
};

struct UpdateNorms {
  int64_t lanes, parts;
  const double* squares;
  const bool* active;
  double* norm;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    team.phase([&](int t) {
      const int64_t lane = team.block() * kThreads + t;
      if (lane >= lanes) return;
      double sum = 0;
      for (int64_t part = 0; part < parts; ++part) sum += squares[part * lanes + lane];
      norm[lane] = active[lane] ? sqrt(sum) : 0;
    });
  }
};

struct DropLanes {
  int64_t lanes, size;
  const float* x;
  bool* active;

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const Part part = part_of(team.block(), lanes, size);
    team.phase([&](int t) {
      bool finite = true;
      for (int64_t n = part.begin + t; n < part.end; n += kThreads)
        finite = finite && fabsf(x[part.lane * size + n]) <= 3.402823466e38f;
      if (!finite) active[part.lane] = false;  // whoever writes writes the same
    });
  }
};

template <class Queue>
void update(const Queue& queue, const SgdRule& rule, const WeightUpdate& u) {
  queue.launch(Update<SgdRule>{rule, u}, u.lanes * parts_of(u.size), 2 * kThreads);
}
template <class Queue>
void update(const Queue& queue, const AdamRule& rule, const WeightUpdate& u) {
  queue.launch(Update<AdamRule>{rule, u}, u.lanes * parts_of(u.size), 2 * kThreads);
}

template <class Queue>
void update_norms(const Queue& queue, int64_t lanes, int64_t parts, const double* squares, const bool* active,
                  double* norm) {
  queue.launch(UpdateNorms{lanes, parts, squares, active, norm}, (lanes + kThreads - 1) / kThreads, 0);
}

template <class Queue>
void drop_lanes_not_finite(const Queue& queue, int64_t lanes, int64_t size, const float* x, bool* active) {
  queue.launch(DropLanes{lanes, size, x, active}, lanes * parts_of(size), 0);
}

}  // namespace ttt::cuda
