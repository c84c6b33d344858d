#include "pipeline/analysis/entropy_bins.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "pipeline/analysis/clusters.h"
#include "pipeline/analysis/outcome.h"

namespace ttt {
namespace {

/// A cell with its source entropy, ready to be binned.
struct EntropyCell {
  double entropy = 0;
  int model = 0;
  size_t row = 0;  // index into the rows of the slice
};

std::vector<EntropyCell> by_entropy(const Slice& slice, const MethodResults& method) {
  std::vector<EntropyCell> cells;
  for (const int model : slice.models)
    for (size_t i = 0; i < slice.rows.size(); ++i) {
      const Column before{&method, 0};
      if (!usable(before, model, slice.rows[i])) continue;
      const double entropy = value(before, &Records::entropy, model, slice.rows[i]);
      if (std::isfinite(entropy)) cells.push_back({entropy, model, i});
    }
  std::ranges::stable_sort(cells, {}, &EntropyCell::entropy);
  return cells;
}

/// Sums of a bin over its cells, and in `sums` the same by base image.
EntropyBin bin_of(const CellScores& scores, std::span<const EntropyCell> cells, const Slice& slice,
                  const MethodResults& method, const Clusters& clusters, ClusterSums& sums) {
  EntropyBin bin;
  bin.low = cells.front().entropy;
  bin.high = cells.back().entropy;
  int64_t right_before = 0;
  int64_t flips = 0;
  int64_t finite = 0;
  double falls = 0;
  for (const EntropyCell& cell : cells) {
    const Outcome outcome = outcome_of(scores, method, cell.model, slice.rows[cell.row]);
    right_before += right({&method, 0}, cell.model, slice.rows[cell.row]);
    flips += static_cast<int64_t>(outcome.gain);
    sums.difference[clusters.of_row[cell.row]] += outcome.gain;
    ++sums.pairs[clusters.of_row[cell.row]];
    if (!std::isfinite(outcome.loss_fall)) continue;
    falls += outcome.loss_fall;
    ++finite;
  }
  bin.n = static_cast<int64_t>(cells.size());
  bin.source_accuracy = static_cast<double>(right_before) / static_cast<double>(bin.n);
  bin.gain = static_cast<double>(flips) / static_cast<double>(bin.n);
  bin.loss_fall = finite == 0 ? undefined : falls / static_cast<double>(finite);
  return bin;
}

}  // namespace

std::vector<EntropyBin> gain_by_entropy(const Results& results, const Slice& slice,
                                        const MethodResults& method, const BootstrapOptions& options) {
  const CellScores scores(results);
  const std::vector<EntropyCell> cells = by_entropy(slice, method);
  const Clusters clusters = clusters_by_base(results, slice);
  const std::span<const EntropyCell> all = cells;
  const ClusterSums none{std::vector<double>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)};
  std::vector<ClusterSums> sums;
  std::vector<EntropyBin> bins;
  size_t first = 0;
  for (size_t bin = 1; bin <= entropy_bins; ++bin) {
    size_t last = std::max(first, bin * all.size() / entropy_bins);
    while (last > first && last < all.size() && all[last].entropy == all[last - 1].entropy) ++last;
    if (last > first) {
      sums.push_back(none);
      bins.push_back(bin_of(scores, all.subspan(first, last - first), slice, method, clusters, sums.back()));
    }
    first = last;
  }
  const std::vector<Interval> intervals = clustered_bootstrap(sums, options);
  for (size_t i = 0; i < bins.size(); ++i) bins[i].interval = intervals[i];
  return bins;
}

}  // namespace ttt
