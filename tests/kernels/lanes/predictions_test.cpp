#include "kernels/lanes/predictions.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "kernels/lanes/losses.h"
#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

using Inputs = std::vector<at::Tensor>;

at::Tensor some_classes(int64_t lanes, int64_t views, int64_t classes) {
  return at::arange(lanes * views, at::kLong).remainder(classes).view({lanes, views});
}

TEST(Entropies, AreThoseOfEachView) {
  const at::Tensor z = normals({3, 4, 6}, 1), p = z.softmax(-1);
  EXPECT_LT(relative_error(entropies(z), -(p * p.log()).sum(-1)), 1e-12);
}

TEST(Entropies, LieBetweenZeroAndTheLogarithmOfTheNumberOfClasses) {
  at::Tensor z = at::zeros({1, 2, 8}, at::kDouble);
  z[0][1][3] = 1e4;
  const at::Tensor h = entropies(z);
  EXPECT_NEAR(h[0][0].item<double>(), std::log(8.0), 1e-14);
  EXPECT_EQ(h[0][1].item<double>(), 0);
}

TEST(Entropies, HaveTheWeightedEntropyAsTheirMean) {
  const at::Tensor z = normals({3, 4, 6}, 1), w = normals({3, 4}, 2);
  EXPECT_LT(relative_error((w * entropies(z)).mean(1), weighted_entropy(z, w).value), 1e-12);
}

TEST(ProbabilityOf, IsTheSoftmaxAtThatClass) {
  const at::Tensor z = 3 * normals({3, 4, 5}, 1), classes = some_classes(3, 4, 5);
  const at::Tensor expected = z.softmax(-1).gather(2, classes.unsqueeze(2)).squeeze(2);
  EXPECT_LT(relative_error(probability_of(z, classes), expected), 1e-14);
  EXPECT_LT(relative_error(composed_probability_of(z, classes), expected), 1e-14);
}

TEST(ProbabilityOf, StaysAProbabilityForLogitsOfAnySize) {
  const at::Tensor z = at::tensor({1e4f, 0.f, -1e30f}).view({1, 1, 3}).expand({1, 3, 3});
  const at::Tensor classes = some_classes(1, 3, 3), expected = at::tensor({1.f, 0.f, 0.f}).view({1, 3});
  EXPECT_TRUE(probability_of(z, classes).equal(expected));
  EXPECT_TRUE(composed_probability_of(z, classes).equal(expected));
}

TEST(PredictedClasses, AreTheMostLikelyAndTheFirstOfEquals) {
  const at::Tensor z = at::tensor({1.0, 3.0, 2.0, 5.0, 0.0, 5.0}).view({2, 1, 3});
  EXPECT_TRUE(predicted_classes(z).equal(at::tensor({1, 0}, at::kLong).view({2, 1})));
}

TEST(Predictions, GiveALaneTheSameBytesWhoeverItsNeighboursAre) {
  const Inputs inputs = {3 * normals({4, 3, 10}, 1, at::kFloat), some_classes(4, 3, 10)};
  EXPECT_TRUE(is_lane_by_lane([](const Inputs& x) { return entropies(x[0]); }, inputs));
  EXPECT_TRUE(is_lane_by_lane([](const Inputs& x) { return predicted_classes(x[0]); }, inputs));
  EXPECT_TRUE(is_lane_by_lane([](const Inputs& x) { return probability_of(x[0], x[1]); }, inputs));
}

TEST(Predictions, DoNotHideALogitThatIsNotANumber) {
  at::Tensor z = normals({1, 2, 4}, 1, at::kFloat);
  z[0][0][3] = std::numeric_limits<float>::quiet_NaN();
  for (const at::Tensor& x : {entropies(z), probability_of(z, some_classes(1, 2, 4))}) {
    EXPECT_TRUE(std::isnan(x[0][0].item<float>()));
    EXPECT_TRUE(std::isfinite(x[0][1].item<float>()));
  }
}

TEST(Predictions, LetNoGradientPass) {
  const at::Tensor z = normals({1, 2, 4}, 1).requires_grad_(), classes = some_classes(1, 2, 4);
  EXPECT_FALSE(entropies(z).requires_grad());
  EXPECT_FALSE(probability_of(z, classes).requires_grad());
  EXPECT_FALSE(composed_probability_of(z, classes).requires_grad());
}

}  // namespace
}  // namespace ttt::lanes
