#include "pipeline/analysis/clusters.h"

#include <algorithm>
#include <numeric>

#include "kernels/draw.h"

namespace ttt {
namespace {

/// The base images, each once, in ascending order. Mostly all samples of one follow one another.
std::vector<int64_t> bases_of(const Results& results, const Slice& slice) {
  std::vector<int64_t> bases;
  for (const int64_t row : slice.rows)
    if (bases.empty() || bases.back() != results.base[row]) bases.push_back(results.base[row]);
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  return bases;
}

/// The cluster of each base image: itself, or a group that is drawn for it.
std::vector<size_t> numbered(const std::vector<int64_t>& bases) {
  std::vector<size_t> numbers(bases.size());
  if (bases.size() <= most_clusters) {
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    return numbers;
  }
  for (size_t i = 0; i < bases.size(); ++i)
    numbers[i] = Draw(0, Purpose::bootstrap, static_cast<uint64_t>(bases[i])).below(0, most_clusters);
  return numbers;
}

}  // namespace

Clusters clusters_by_base(const Results& results, const Slice& slice) {
  const std::vector<int64_t> bases = bases_of(results, slice);
  const std::vector<size_t> numbers = numbered(bases);
  Clusters clusters{{}, std::min(bases.size(), most_clusters)};
  clusters.of_row.reserve(slice.rows.size());
  auto place = bases.begin();
  for (const int64_t row : slice.rows) {
    if (*place != results.base[row]) place = std::lower_bound(bases.begin(), bases.end(), results.base[row]);
    clusters.of_row.push_back(numbers[place - bases.begin()]);
  }
  return clusters;
}

}  // namespace ttt
