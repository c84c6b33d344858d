#include "pipeline/analysis/bootstrap.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "kernels/draw.h"

namespace ttt {

std::vector<int32_t> multiplicities(size_t clusters, uint64_t seed, int resample) {
  const Draw draw(seed, Purpose::bootstrap, static_cast<uint64_t>(resample));
  std::vector<int32_t> count(clusters, 0);
  for (size_t j = 0; j < clusters; ++j) ++count[draw.below(static_cast<uint32_t>(j), clusters)];
  return count;
}

namespace {

double resampled_mean(const ClusterSums& target, const std::vector<int32_t>& count) {
  double difference = 0;
  int64_t pairs = 0;
  for (size_t cluster = 0; cluster < count.size(); ++cluster) {
    difference += count[cluster] * target.difference[cluster];
    pairs += static_cast<int64_t>(count[cluster]) * target.pairs[cluster];
  }
  return pairs == 0 ? undefined : difference / static_cast<double>(pairs);
}

}  // namespace

Interval percentile_interval(std::vector<double> values, double confidence) {
  std::erase_if(values, [](double value) { return value != value; });
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {quantile(values, (1 - confidence) / 2), quantile(values, (1 + confidence) / 2)};
}

std::vector<Interval> clustered_bootstrap(std::span<const ClusterSums> targets,
                                          const BootstrapOptions& options) {
  std::vector<Interval> intervals(targets.size());
  const size_t clusters = targets.empty() ? 0 : targets[0].pairs.size();
  if (clusters < 2 || options.resamples <= 0) return intervals;
  std::vector<std::vector<double>> means(targets.size());
  for (int resample = 0; resample < options.resamples; ++resample) {
    const auto count = multiplicities(clusters, options.seed, resample);
    for (size_t i = 0; i < targets.size(); ++i) means[i].push_back(resampled_mean(targets[i], count));
  }
  for (size_t i = 0; i < targets.size(); ++i)
    intervals[i] = percentile_interval(std::move(means[i]), options.confidence);
  return intervals;
}

std::vector<Interval> linear_bootstrap(std::span<const LinearStatistic> targets,
                                       const BootstrapOptions& options) {
  std::vector<Interval> intervals(targets.size());
  const size_t clusters = targets.empty() ? 0 : targets[0].influence.size();
  if (clusters < 2 || options.resamples <= 0) return intervals;
  std::vector<std::vector<double>> values(targets.size());
  for (int resample = 0; resample < options.resamples; ++resample) {
    const auto count = multiplicities(clusters, options.seed, resample);
    for (size_t i = 0; i < targets.size(); ++i)
      values[i].push_back(
          std::inner_product(count.begin(), count.end(), targets[i].influence.begin(), targets[i].value));
  }
  for (size_t i = 0; i < targets.size(); ++i)
    intervals[i] = percentile_interval(std::move(values[i]), options.confidence);
  return intervals;
}

}  // namespace ttt
