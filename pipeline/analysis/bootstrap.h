#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/analysis/statistics.h"

namespace ttt {

/// Sums over each cluster of paired differences and the number of its pairs. [clusters] each.
/// Differences of right/wrong predictions (-1, 0 or +1 a pair) are summed exactly.
struct ClusterSums {
  std::vector<double> difference;
  std::vector<int32_t> pairs;
};

struct BootstrapOptions {
  int resamples = 2000;  // 0: intervals are undefined
  uint64_t seed = 1;
  double confidence = 0.95;
};

/// How often each cluster is drawn in one resample; the counts sum to the number of clusters. Draw j of
/// resample r is Draw(seed, Purpose::bootstrap, r).below(j, clusters).
std::vector<int32_t> multiplicities(size_t clusters, uint64_t seed, int resample);

/// A statistic that is, or nearly is, `value` + sum over clusters of count x influence.
struct LinearStatistic {
  double value = undefined;
  std::vector<double> influence;  // [clusters]
};

/// The middle `confidence` of the values, those that are undefined left out; undefined for none.
Interval percentile_interval(std::vector<double> values, double confidence);

/// Percentile intervals of the mean difference when whole clusters are drawn with replacement (Davison and
/// Hinkley, 1997, section 2.4 and 3.8). All targets have the same clusters and see the same resamples, so
/// that they may be compared.
std::vector<Interval> clustered_bootstrap(std::span<const ClusterSums> targets,
                                          const BootstrapOptions& options);

/// The same of statistics that are linear in the counts of the clusters; undefined ones stay so.
std::vector<Interval> linear_bootstrap(std::span<const LinearStatistic> targets,
                                       const BootstrapOptions& options);

}  // namespace ttt
