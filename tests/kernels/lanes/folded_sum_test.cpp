#include "kernels/lanes/folded_sum.h"

#include <gtest/gtest.h>

#include "tests/kernels/lanes/lane_tensors.h"

namespace ttt::lanes {
namespace {

TEST(FoldedSum, IsTheSumOverTheLastDimension) {
  for (const int64_t n : {1, 2, 3, 5, 8, 100}) {
    const at::Tensor x = at::arange(6 * n, at::kDouble).view({2, 3, n});  // whole numbers: exact
    EXPECT_TRUE(folded_sum(x).equal(x.sum(-1)));
  }
}

TEST(FoldedSum, OfALaneHasTheSameBytesWhoeverItsNeighboursAre) {
  for (const int64_t n : {3, 10, 1000})
    EXPECT_TRUE(is_lane_by_lane([](const std::vector<at::Tensor>& x) { return folded_sum(x[0]); },
                                {normals({5, n}, 1, at::kFloat)}));
}

}  // namespace
}  // namespace ttt::lanes
