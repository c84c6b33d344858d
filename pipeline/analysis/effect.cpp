#include "pipeline/analysis/effect.h"

#include <algorithm>
#include <cmath>

#include "pipeline/analysis/clusters.h"

namespace ttt {
namespace {

/// Counts of one model, or of a whole slice.
struct Counts {
  int64_t n = 0, fixed = 0, broken = 0;
  double gain() const {
    return n == 0 ? undefined : static_cast<double>(fixed - broken) / static_cast<double>(n);
  }
};

/// The predictions of one column under one model, as they lie in memory.
struct Predictions {
  const Status* status;
  const uint8_t* correct;
  int64_t stride;

  Predictions(const Column& column, int model)
      : status(column.method->records[model].status.data()),
        correct(column.method->records[model].correct.data() + column.milestone),
        stride(column.method->records[model].milestones) {}
  bool usable(int64_t row) const {
    return status[row] != Status::bad_input && status[row] != Status::missing;
  }
  int right(int64_t row) const { return correct[row * stride] != 0; }
};

/// Two columns under one model, and what is counted of them.
struct Comparison {
  Predictions of, over;
  Counts counts = {};
};

/// What is counted of all pairings: by model, and by cluster.
struct Tally {
  std::vector<std::vector<Counts>> counts;  // [pairings][models of the slice]
  std::vector<ClusterSums> sums;            // [pairings]; without entries where no cluster is asked for
};

/// Goes through the rows once for all pairings: those of one method lie side by side.
void count_model(std::vector<Comparison>& comparisons, const Slice& slice, const Clusters& clusters,
                 std::vector<ClusterSums>& sums) {
  for (size_t i = 0; i < slice.rows.size(); ++i) {
    const int64_t row = slice.rows[i];
    for (size_t pair = 0; pair < comparisons.size(); ++pair) {
      Comparison& comparison = comparisons[pair];
      if (!comparison.of.usable(row) || !comparison.over.usable(row)) continue;
      const int difference = comparison.of.right(row) - comparison.over.right(row);
      ++comparison.counts.n;
      comparison.counts.fixed += difference > 0;
      comparison.counts.broken += difference < 0;
      if (clusters.count == 0) continue;
      sums[pair].difference[clusters.of_row[i]] += difference;
      ++sums[pair].pairs[clusters.of_row[i]];
    }
  }
}

Tally tally(const Slice& slice, std::span<const Pairing> pairings, const Clusters& clusters) {
  const ClusterSums none{std::vector<int32_t>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)};
  Tally tally{std::vector<std::vector<Counts>>(pairings.size()),
              std::vector<ClusterSums>(pairings.size(), none)};
  for (const int model : slice.models) {
    std::vector<Comparison> comparisons;
    for (const Pairing& pair : pairings) comparisons.push_back({{pair.of, model}, {pair.over, model}});
    count_model(comparisons, slice, clusters, tally.sums);
    for (size_t i = 0; i < pairings.size(); ++i) tally.counts[i].push_back(comparisons[i].counts);
  }
  return tally;
}

Effect effect_of(std::span<const Counts> models, double confidence) {
  Effect effect;
  std::vector<double> gains;
  for (const Counts& counts : models) {
    effect.n += counts.n;
    effect.fixed += counts.fixed;
    effect.broken += counts.broken;
    effect.by_model.push_back(counts.gain());
    if (counts.n > 0) gains.push_back(counts.gain());
  }
  const MeanTest test = mean_test(gains, confidence);
  effect.gain = test.mean;
  effect.over_models = test.interval;
  effect.p_models = test.p;
  if (effect.n > 0) effect.p_mcnemar = mcnemar_exact(effect.fixed, effect.broken);
  return effect;
}

}  // namespace

std::vector<Effect> effects(const Results& results, const Slice& slice, std::span<const Pairing> pairings,
                            const BootstrapOptions& options) {
  const Clusters clusters = options.resamples > 0 ? clusters_by_base(results, slice) : Clusters{};
  const Tally counted = tally(slice, pairings, clusters);
  const std::vector<Interval> intervals = clustered_bootstrap(counted.sums, options);
  std::vector<Effect> found;
  for (size_t i = 0; i < pairings.size(); ++i) {
    found.push_back(effect_of(counted.counts[i], options.confidence));
    found.back().bootstrap = intervals[i];
  }
  return found;
}

void adjust_together(std::span<Effect* const> family) {
  std::vector<double> models, mcnemar;
  for (const Effect* effect : family) {
    models.push_back(effect->p_models);
    mcnemar.push_back(effect->p_mcnemar);
  }
  models = holm(models);
  mcnemar = holm(mcnemar);
  for (size_t i = 0; i < family.size(); ++i) {
    family[i]->p_models_holm = models[i];
    family[i]->p_mcnemar_holm = mcnemar[i];
  }
}

}  // namespace ttt
