#include "pipeline/analysis/bootstrap.h"

#include <gtest/gtest.h>

#include <cmath>

namespace ttt {
namespace {

ClusterSums alternating(int clusters, int pairs) {
  ClusterSums sums;
  for (int i = 0; i < clusters; ++i) {
    sums.difference.push_back(i % 2 == 0 ? pairs : 0);
    sums.pairs.push_back(pairs);
  }
  return sums;
}

TEST(ClusteredBootstrap, EqualsTheNormalIntervalForManyClusters) {
  const ClusterSums sums = alternating(400, 1);
  const Interval interval = clustered_bootstrap({&sums, 1}, {4000, 3, 0.95})[0];
  const double error = std::sqrt(0.25 / 400);  // half the clusters gain
  EXPECT_NEAR(interval.low, 0.5 - 1.96 * error, 0.006);
  EXPECT_NEAR(interval.high, 0.5 + 1.96 * error, 0.006);
}

TEST(ClusteredBootstrap, DoesNotNarrowWhenClustersAreCopiedWithin) {
  const ClusterSums one = alternating(50, 1);
  const ClusterSums nine = alternating(50, 9);
  const std::vector<ClusterSums> both = {one, nine};
  const auto intervals = clustered_bootstrap(both, {500, 3, 0.95});
  EXPECT_DOUBLE_EQ(intervals[0].low, intervals[1].low);
  EXPECT_DOUBLE_EQ(intervals[0].high, intervals[1].high);
}

TEST(ClusteredBootstrap, IsAFunctionOfTheSeed) {
  const ClusterSums sums = alternating(37, 1);
  const auto interval = [&](uint64_t seed) {
    return clustered_bootstrap({&sums, 1}, {300, seed, 0.9})[0].low;
  };
  EXPECT_EQ(interval(1), interval(1));
  EXPECT_NE(interval(1), interval(2));
}

TEST(ClusteredBootstrap, IsUndefinedForOneCluster) {
  const ClusterSums sums = alternating(1, 10);
  EXPECT_TRUE(std::isnan(clustered_bootstrap({&sums, 1}, {100, 1, 0.95})[0].low));
}

}  // namespace
}  // namespace ttt
