#include "pipeline/analysis/clusters.h"

#include <algorithm>

namespace ttt {

Clusters clusters_by_base(const Results& results, const Slice& slice) {
  std::vector<int64_t> bases;
  for (const int64_t row : slice.rows) bases.push_back(results.base[row]);
  std::sort(bases.begin(), bases.end());
  bases.erase(std::unique(bases.begin(), bases.end()), bases.end());
  Clusters clusters{{}, bases.size()};
  for (const int64_t row : slice.rows) {
    const auto place = std::lower_bound(bases.begin(), bases.end(), results.base[row]);
    clusters.of_row.push_back(static_cast<size_t>(place - bases.begin()));
  }
  return clusters;
}

}  // namespace ttt
