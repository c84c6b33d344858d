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

Counts count_pairs(const Pairing& pair, int model, const Slice& slice, const Clusters& clusters,
                   ClusterSums& sums) {
  Counts counts;
  for (size_t i = 0; i < slice.rows.size(); ++i) {
    const int64_t row = slice.rows[i];
    if (!usable(pair.of, model, row) || !usable(pair.over, model, row)) continue;
    const int difference = int{right(pair.of, model, row)} - int{right(pair.over, model, row)};
    ++counts.n;
    counts.fixed += difference > 0;
    counts.broken += difference < 0;
    sums.difference[clusters.of_row[i]] += difference;
    ++sums.pairs[clusters.of_row[i]];
  }
  return counts;
}

Effect effect_of(const Pairing& pair, const Slice& slice, const Clusters& clusters, ClusterSums& sums,
                 double confidence) {
  Effect effect;
  std::vector<double> gains;
  for (const int model : slice.models) {
    const Counts counts = count_pairs(pair, model, slice, clusters, sums);
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
  const Clusters clusters = clusters_by_base(results, slice);
  std::vector<Effect> found;
  std::vector<ClusterSums> sums;
  for (const Pairing& pair : pairings) {
    sums.push_back({std::vector<int32_t>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)});
    found.push_back(effect_of(pair, slice, clusters, sums.back(), options.confidence));
  }
  const std::vector<Interval> intervals = clustered_bootstrap(sums, options);
  for (size_t i = 0; i < found.size(); ++i) found[i].bootstrap = intervals[i];
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
