#include "kernels/cuda/optimiser/optimiser_inl.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "kernels/cuda/host_team.h"
#include "tests/kernels/cpu/reference.h"
#include "tests/kernels/cuda/floats.h"

namespace ttt::cuda {
namespace {

using reference::random_floats;

constexpr int64_t lanes = 3, size = 2 * kPart + 77;

/// Weights of three lanes, the middle one of which has stopped.
struct UpdateCase {
  Floats weight = random_floats(lanes * size, 1), gradient = random_floats(lanes * size, 2, 0.1f),
         first = random_floats(lanes * size, 3, 0.1f), second = random_floats(lanes * size, 4, 0.1f, 0.2f);
  bool active[lanes] = {true, false, true};
  std::vector<double> squares = std::vector<double>(lanes * parts_of(size), std::nan("")),
                      norm = std::vector<double>(lanes, std::nan(""));

  template <class Rule>
  void run(const Rule& rule, const HostQueue& queue = HostQueue()) {
    update(
        queue, rule,
        {lanes, size, weight.data(), gradient.data(), first.data(), second.data(), active, squares.data()});
    update_norms(queue, lanes, parts_of(size), squares.data(), active, norm.data());
  }
};

constexpr SgdRule sgd = {0.1f, 0.9f, 1e-2f, true};
constexpr AdamRule adam = {0.1f, 1.5f, 0.9f, 0.999f, 1e-8f, 1e-2f};

TEST(Update, OfSgdIsMomentumThenAStepDownhill) {
  UpdateCase c;
  const UpdateCase before;
  c.run(sgd);
  for (int64_t i = 0; i < lanes * size; ++i) {
    const bool active = i / size != 1;
    const float g = before.gradient[i] + sgd.decay * before.weight[i];
    const float velocity = sgd.momentum * before.first[i] + g;
    const float step = sgd.rate * (g + sgd.momentum * velocity);
    ASSERT_EQ(c.first[i], active ? velocity : before.first[i]);
    ASSERT_EQ(c.weight[i], active ? before.weight[i] - step : before.weight[i]);
  }
}

TEST(Update, OfAdamDividesByTheRootOfTheSecondMoment) {
  UpdateCase c;
  const UpdateCase before;
  c.run(adam);
  for (int64_t i = 0; i < lanes * size; ++i) {
    const bool active = i / size != 1;
    const double g = before.gradient[i] + 0.01 * before.weight[i];
    const double m1 = 0.9 * before.first[i] + 0.1 * g, m2 = 0.999 * before.second[i] + 0.001 * g * g;
    const double step = 0.1 * m1 / (std::sqrt(1.5 * m2) + 1e-8);
    ASSERT_NEAR(c.weight[i], active ? before.weight[i] - step : before.weight[i], 1e-6);
    if (!active) {
      ASSERT_EQ(c.second[i], before.second[i]);
    }
  }
}

TEST(Update, NormIsTheLengthOfTheStepAndZeroWhereInactive) {
  UpdateCase c;
  const UpdateCase before;
  c.run(adam);
  for (int64_t k = 0; k < lanes; ++k) {
    double sum = 0;
    for (int64_t i = k * size; i < (k + 1) * size; ++i)
      sum += std::pow(static_cast<double>(c.weight[i]) - static_cast<double>(before.weight[i]), 2);
    EXPECT_NEAR(c.norm[k], std::sqrt(sum), 1e-5);
  }
  EXPECT_EQ(c.norm[1], 0);
}

TEST(Update, NoThreadReadsWhatAnotherWritesInTheSamePhase) {
  UpdateCase up, down;
  up.run(adam, HostQueue(ThreadOrder::ascending));
  down.run(adam, HostQueue(ThreadOrder::descending));
  EXPECT_EQ(up.weight, down.weight);
  EXPECT_EQ(up.norm, down.norm);
}

TEST(DropLanes, StopsExactlyTheLanesWithAValueThatIsNotFinite) {
  Floats x(static_cast<size_t>(4 * size), 3.4e38f);
  x[1 * size + size - 1] = INFINITY;
  x[3 * size] = -std::nanf("");
  bool active[4] = {true, true, true, true};
  drop_lanes_not_finite(HostQueue(), 4, size, x.data(), active);
  EXPECT_TRUE(active[0] && !active[1] && active[2] && !active[3]);
}

}  // namespace
}  // namespace ttt::cuda
