#include "kernels/cuda/loss/loss_inl.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

struct LossResult {
  Floats value, gradient;
};

LossResult cross_entropy_of(const LossShape& s, const Floats& logits, const std::vector<int64_t>& target,
                            const HostQueue& queue = HostQueue()) {
  LossResult r = {poisoned(s.lanes), poisoned(static_cast<int64_t>(logits.size()))};
  std::vector<double> workspace(s.lanes * s.views, std::nan(""));
  cross_entropy(queue, s, logits.data(), target.data(), r.value.data(), r.gradient.data(), workspace.data());
  return r;
}

LossResult mean_entropy_of(const LossShape& s, const Floats& logits, const HostQueue& queue = HostQueue()) {
  LossResult r = {poisoned(s.lanes), poisoned(static_cast<int64_t>(logits.size()))};
  std::vector<double> workspace(s.lanes * (s.views + 1) * s.classes, std::nan(""));
  mean_entropy(queue, s, logits.data(), r.value.data(), r.gradient.data(), workspace.data());
  return r;
}

std::vector<double> softmax(const Floats& logits, int64_t row, int classes) {
  std::vector<double> p;
  double sum = 0;
  for (int c = 0; c < classes; ++c) sum += std::exp(static_cast<double>(logits[row * classes + c]));
  for (int c = 0; c < classes; ++c)
    p.push_back(std::exp(static_cast<double>(logits[row * classes + c])) / sum);
  return p;
}

constexpr LossShape shape = {3, 37, 4};
const Floats logits = reference::random_floats(3 * 37 * 4, 1, 3);

TEST(CrossEntropy, IsTheMeanOverViewsOfMinusTheLogOfTheTargetsProbability) {
  std::vector<int64_t> target;
  for (int64_t n = 0; n < 3 * 37; ++n) target.push_back(n % 4);
  const LossResult r = cross_entropy_of(shape, logits, target);
  for (int64_t k = 0; k < 3; ++k) {
    double loss = 0;
    for (int64_t v = k * 37; v < (k + 1) * 37; ++v) {
      const auto p = softmax(logits, v, 4);
      loss -= std::log(p[target[v]]) / 37;
      for (int c = 0; c < 4; ++c) EXPECT_NEAR(r.gradient[v * 4 + c], (p[c] - (c == target[v])) / 37, 1e-8);
    }
    EXPECT_NEAR(r.value[k], loss, 1e-6);
  }
}

TEST(CrossEntropy, StaysFiniteForLogitsOfAnySize) {
  const LossResult r = cross_entropy_of({1, 2, 2}, {1e30f, -1e30f, 1e4f, 0}, {0, 1});
  EXPECT_EQ(r.value[0], 5e3f);
  EXPECT_EQ(r.gradient, (Floats{0, 0, 0.5f, -0.5f}));
}

TEST(MeanEntropy, IsTheEntropyOfTheMeanOfTheViewsProbabilities) {
  const LossResult r = mean_entropy_of(shape, logits);
  for (int64_t k = 0; k < 3; ++k) {
    std::vector<double> mean(4);
    for (int64_t v = k * 37; v < (k + 1) * 37; ++v)
      for (int c = 0; c < 4; ++c) mean[c] += softmax(logits, v, 4)[c] / 37;
    double entropy = 0;
    for (const double m : mean) entropy -= m * std::log(m);
    EXPECT_NEAR(r.value[k], entropy, 1e-6);
  }
}

TEST(MeanEntropy, GradientIsTheDifferenceQuotient) {
  const LossShape s = {1, 3, 4};
  Floats z(logits.begin(), logits.begin() + 12);
  const LossResult r = mean_entropy_of(s, z);
  constexpr float step = 0.01f;
  for (size_t i = 0; i < z.size(); ++i) {
    Floats up = z, down = z;
    up[i] += step, down[i] -= step;
    const double slope = (mean_entropy_of(s, up).value[0] - mean_entropy_of(s, down).value[0]) / (2 * step);
    EXPECT_NEAR(r.gradient[i], slope, 3e-5);
  }
}

TEST(Losses, OfThousandsOfViewsOrClassesFitASharedMemory) {
  const Floats even(7000 * 2, 1.5f);
  const LossResult cross = cross_entropy_of({1, 7000, 2}, even, std::vector<int64_t>(7000, 1));
  EXPECT_NEAR(cross.value[0], std::log(2), 1e-6);
  EXPECT_NEAR(cross.gradient.back(), -0.5 / 7000, 1e-10);
  EXPECT_NEAR(mean_entropy_of({1, 7000, 2}, even).value[0], std::log(2), 1e-6);
  EXPECT_NEAR(mean_entropy_of({1, 2, 7000}, even).value[0], std::log(7000), 1e-6);
}

TEST(Losses, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  const HostQueue down(ThreadOrder::descending);
  const std::vector<int64_t> target(3 * 37, 2);
  EXPECT_EQ(cross_entropy_of(shape, logits, target).value,
            cross_entropy_of(shape, logits, target, down).value);
  EXPECT_EQ(mean_entropy_of(shape, logits).value, mean_entropy_of(shape, logits, down).value);
  EXPECT_EQ(mean_entropy_of(shape, logits).gradient, mean_entropy_of(shape, logits, down).gradient);
}

}  // namespace
}  // namespace ttt::cuda
