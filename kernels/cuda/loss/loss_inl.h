#pragma once
#include "kernels/cuda/loss/loss.h"

// Included by the sources that choose a queue: loss.cu and the tests on the host.

namespace ttt::cuda {

/// log of the sum of exp(z) over a row of C logits.
TTT_DEVICE double log_sum_exp(const float* z, int classes) {
  float top = z[0];
  for (int c = 1; c < classes; ++c) top = z[c] > top ? z[c] : top;
  double sum = 0;
  for (int c = 0; c < classes; ++c) sum += exp(static_cast<double>(z[c]) - static_cast<double>(top));
  return static_cast<double>(top) + log(sum);
}

/// A block a lane.
struct CrossEntropy {
  LossShape shape;
  const float* logits;
  const int64_t* target;
  float *value, *gradient;
  double* losses;  // [K, V]

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int64_t first = team.block() * shape.views;
    team.phase([&](int t) {
      for (int v = t; v < shape.views; v += kThreads) losses[first + v] = of_view(first + v);
    });
    team.phase([&](int t) {
      if (t > 0) return;
      double sum = 0;
      for (int v = 0; v < shape.views; ++v) sum += losses[first + v];
      value[team.block()] = static_cast<float>(sum / shape.views);
    });
  }

 private:
  /// Writes the view's gradient, returns its loss.
  TTT_DEVICE double of_view(int64_t row) const {
    const float* z = logits + row * shape.classes;
    const double log_sum = log_sum_exp(z, shape.classes);
    const int64_t label = target[row];
    for (int c = 0; c < shape.classes; ++c)
      gradient[row * shape.classes + c] =
          static_cast<float>((exp(static_cast<double>(z[c]) - log_sum) - (c == label ? 1 : 0)) / shape.views);
    return log_sum - static_cast<double>(z[label]);
  }
};

/// A block a lane. d entropy / d z[v, c] = -p[v, c] / V * (log m[c] - sum over j of p[v, j] log m[j]).
struct MeanEntropy {
  LossShape shape;
  const float* logits;
  float *value, *gradient;
  double* workspace;  // [K, V + 1, C]: probabilities of the views and their mean

  template <class Team>
  TTT_DEVICE void run(const Team& team) const {
    const int views = shape.views, classes = shape.classes;
    const int64_t begin = team.block() * views * classes;
    double* p = workspace + team.block() * (views + 1) * classes;  // [V, C]
    double* mean = p + int64_t{views} * classes;                   // [C]
    team.phase([&](int t) {
      for (int v = t; v < views; v += kThreads) {
        const float* z = logits + begin + int64_t{v} * classes;
        const double log_sum = log_sum_exp(z, classes);
        for (int c = 0; c < classes; ++c) p[v * classes + c] = exp(static_cast<double>(z[c]) - log_sum);
      }
    });
    team.phase([&](int t) {
      for (int c = t; c < classes; c += kThreads) {
        double sum = 0;
        for (int v = 0; v < views; ++v) sum += p[v * classes + c] / views;
        mean[c] = sum;
      }
    });
    team.phase([&](int t) {
      for (int v = t; v < views; v += kThreads) {
        double inner = 0;
        for (int c = 0; c < classes; ++c) inner += p[v * classes + c] * log_of(mean[c]);
        for (int c = 0; c < classes; ++c)
          gradient[begin + int64_t{v} * classes + c] =
              static_cast<float>(-p[v * classes + c] * (log_of(mean[c]) - inner) / views);
      }
      if (t > 0) return;
      double entropy = 0;
      for (int c = 0; c < classes; ++c) entropy -= mean[c] * log_of(mean[c]);
      value[team.block()] = static_cast<float>(entropy);
    });
  }

 private:
  TTT_DEVICE static double log_of(double m) { return log(m > 1e-300 ? m : 1e-300); }
};

template <class Queue>
void cross_entropy(const Queue& queue, const LossShape& s, const float* logits, const int64_t* target,
                   float* value, float* gradient, double* workspace) {
  queue.launch(CrossEntropy{s, logits, target, value, gradient, workspace}, s.lanes, 0);
}

template <class Queue>
void mean_entropy(const Queue& queue, const LossShape& s, const float* logits, float* value, float* gradient,
                  double* workspace) {
  queue.launch(MeanEntropy{s, logits, value, gradient, workspace}, s.lanes, 0);
}

}  // namespace ttt::cuda
