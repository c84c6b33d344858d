#include "pipeline/models/operations.h"

#include <gtest/gtest.h>

#include "kernels/lanes/losses.h"
#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt {
namespace {

TEST(WeightedEntropyOperation, GivesTheLogitsItsGradientAndTheWeightsNone) {
  const at::Tensor z = normals({2, 3, 5}, 1).requires_grad_(), w = normals({2, 3}, 2).requires_grad_(),
                   dy = normals({2}, 3);
  const at::Tensor value = operations::weighted_entropy(z, w);
  const auto g = torch::autograd::grad({value}, {z, w}, {dy}, std::nullopt, false, /*allow_unused=*/true);
  const lanes::Loss expected = lanes::weighted_entropy(z.detach(), w.detach());
  EXPECT_TRUE(value.detach().equal(expected.value));
  EXPECT_TRUE(g[0].equal(expected.gradient * dy.view({2, 1, 1})));
  EXPECT_FALSE(g[1].defined());
}

}  // namespace
}  // namespace ttt
