#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/lanes/losses.h"
#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

/// Positive, and as different as normals are.
at::Tensor weights(at::IntArrayRef shape, uint64_t subject, at::ScalarType type = at::kDouble) {
  return normals(shape, subject, type).abs() + 0.1;
}

at::Tensor ones(at::IntArrayRef shape) { return at::ones(shape, at::kDouble); }

TEST(WeightedEntropy, IsTheWeightedMeanOfTheViewsEntropiesAndItsGradient) {
  at::Tensor z = normals({2, 6, 5}, 1).requires_grad_();
  const at::Tensor w = weights({2, 6}, 2);
  const Loss loss = weighted_entropy(z.detach(), w);
  const at::Tensor p = z.softmax(-1), expected = (w * -(p * p.log()).sum(-1)).mean(1);
  EXPECT_LT(relative_error(loss.value, expected.detach()), 1e-12);
  EXPECT_LT(relative_error(loss.gradient, torch::autograd::grad({expected.sum()}, {z})[0]), 1e-10);
}

TEST(WeightedEntropy, HasTheGradientOfItsDifferences) {
  const at::Tensor z = normals({2, 3, 4}, 1), along = normals(z.sizes(), 2), w = weights({2, 3}, 3);
  const auto sum = [&](const at::Tensor& x) { return weighted_entropy(x, w).value.sum().item<double>(); };
  EXPECT_NEAR(inner_product(weighted_entropy(z, w).gradient, along), slope(sum, z, along), 1e-8);
}

TEST(WeightedEntropy, OfOneViewOfWeightOneHasTheBytesOfMeanEntropy) {
  for (const at::ScalarType type : {at::kFloat, at::kDouble}) {
    const at::Tensor z = 3 * normals({5, 1, 10}, 1, type);
    const Loss one = weighted_entropy(z, at::ones({5, 1}, type)), mean = mean_entropy(z);
    EXPECT_TRUE(one.value.equal(mean.value));
    EXPECT_TRUE(one.gradient.equal(mean.gradient));
  }
}

TEST(WeightedEntropy, IsAtMostTheEntropyOfTheMeanPrediction) {  // entropy is concave
  const at::Tensor z = normals({20, 4, 6}, 1);
  const at::Tensor single = weighted_entropy(z, ones({20, 4})).value;
  EXPECT_TRUE(single.lt(mean_entropy(z).value).all().item<bool>());
}

TEST(WeightedEntropy, LeavesViewsOfWeightZeroOut) {
  const at::Tensor z = normals({2, 3, 5}, 1, at::kFloat), w = at::ones({2, 3});
  w[0].fill_(0);
  w[1][2] = 0;
  const Loss loss = weighted_entropy(z, w), rest = weighted_entropy(z.narrow(1, 0, 2), at::ones({2, 2}));
  EXPECT_EQ(loss.value[0].item<float>(), 0);
  EXPECT_TRUE(loss.gradient[0].equal(at::zeros({3, 5})));
  EXPECT_TRUE(loss.gradient[1][2].equal(at::zeros({5})));
  EXPECT_LT(relative_error(3 * loss.value[1], 2 * rest.value[1]), 1e-6);
  EXPECT_LT(relative_error(3 * loss.gradient[1].narrow(0, 0, 2), 2 * rest.gradient[1]), 1e-6);
}

TEST(WeightedEntropy, IsFlatWhereAllClassesAreEquallyLikely) {
  const Loss loss = weighted_entropy(ones({2, 3, 10}), ones({2, 3}));
  EXPECT_NEAR(loss.value[1].item<double>(), std::log(10.0), 1e-14);
  EXPECT_LT(loss.gradient.abs().max().item<double>(), 1e-15);
}

TEST(WeightedEntropy, IsZeroWhereOneClassIsCertain) {
  const Loss loss = weighted_entropy(1e4 * at::eye(4, at::kDouble).unsqueeze(0), ones({1, 4}));
  EXPECT_EQ(loss.value[0].item<double>(), 0);
  EXPECT_EQ(loss.gradient.abs().max().item<double>(), 0);
}

TEST(WeightedEntropy, GivesALaneTheSameBytesWhoeverItsNeighboursAre) {
  for (const int64_t views : {1, 2, 7}) {
    const std::vector<at::Tensor> inputs = {normals({4, views, 10}, 1, at::kFloat),
                                            weights({4, views}, 2, at::kFloat)};
    using Inputs = std::vector<at::Tensor>;
    EXPECT_TRUE(is_lane_by_lane([](const Inputs& x) { return weighted_entropy(x[0], x[1]).value; }, inputs));
    EXPECT_TRUE(
        is_lane_by_lane([](const Inputs& x) { return weighted_entropy(x[0], x[1]).gradient; }, inputs));
  }
}

TEST(WeightedEntropy, DoesNotHideALogitThatIsNotANumber) {
  at::Tensor z = normals({2, 3, 5}, 1, at::kFloat);
  z[0][1][2] = std::numeric_limits<float>::quiet_NaN();
  const Loss loss = weighted_entropy(z, at::zeros({2, 3}));
  EXPECT_TRUE(std::isnan(loss.value[0].item<float>()));
  EXPECT_EQ(loss.value[1].item<float>(), 0);
}

}  // namespace
}  // namespace ttt::lanes
