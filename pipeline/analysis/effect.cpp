#include "pipeline/analysis/effect.h"

#include <algorithm>
#include <cmath>

#include "pipeline/analysis/clusters.h"

namespace ttt {
namespace {

/// Sums over the cells of one model.
struct Sums {
  int64_t n = 0, better = 0, worse = 0;
  double gain = 0;
  double mean() const { return n == 0 ? undefined : gain / static_cast<double>(n); }
};

/// What is summed of all pairings: by model, and by cluster.
struct Tally {
  std::vector<std::vector<Sums>> models;  // [pairings][models of the slice]
  std::vector<ClusterSums> clusters;      // [pairings]; without entries where no cluster is asked for
};

/// Goes through the rows once for all pairings: those of one method lie side by side.
void count_model(const CellScores& scores, std::span<const Pairing> pairings, int model, const Slice& slice,
                 const Clusters& clusters, Tally& tally) {
  const bool lower_is_better = scores.family().lower_is_better;
  std::vector<ColumnScores> of, over;
  for (const Pairing& pair : pairings) {
    of.emplace_back(scores, pair.of, model);
    over.emplace_back(scores, pair.over, model);
  }
  for (size_t i = 0; i < slice.rows.size(); ++i) {
    const int64_t row = slice.rows[i];
    for (size_t pair = 0; pair < pairings.size(); ++pair) {
      const double difference = of[pair].value(row) - over[pair].value(row);
      const double gain = lower_is_better ? -difference : difference;
      if (std::isnan(gain)) continue;
      Sums& sums = tally.models[pair].back();
      ++sums.n;
      sums.gain += gain;
      sums.better += gain > 0;
      sums.worse += gain < 0;
      if (clusters.count == 0) continue;
      tally.clusters[pair].difference[clusters.of_row[i]] += gain;
      ++tally.clusters[pair].pairs[clusters.of_row[i]];
    }
  }
}

Tally tally_of(const CellScores& scores, const Slice& slice, std::span<const Pairing> pairings,
               const Clusters& clusters) {
  const ClusterSums none{std::vector<double>(clusters.count, 0), std::vector<int32_t>(clusters.count, 0)};
  Tally tally{std::vector<std::vector<Sums>>(pairings.size()),
              std::vector<ClusterSums>(pairings.size(), none)};
  for (const int model : slice.models) {
    for (std::vector<Sums>& sums : tally.models) sums.emplace_back();
    count_model(scores, pairings, model, slice, clusters, tally);
  }
  return tally;
}

Effect effect_of(std::span<const Sums> models, double confidence) {
  Effect effect;
  std::vector<double> gains;
  double sum = 0;
  for (const Sums& sums : models) {
    effect.n += sums.n;
    effect.better += sums.better;
    effect.worse += sums.worse;
    sum += sums.gain;
    effect.by_model.push_back(sums.mean());
    if (sums.n > 0) gains.push_back(sums.mean());
  }
  const MeanTest test = mean_test(gains, confidence);
  effect.gain = test.mean;
  effect.over_models = test.interval;
  effect.p_models = test.p;
  if (effect.n == 0) return effect;
  effect.pooled = sum / static_cast<double>(effect.n);
  effect.p_sign = effect.p_samples = mcnemar_exact(effect.better, effect.worse);
  return effect;
}

/// The tests of real values, of which whole clusters are independent.
void test_clusters(const ClusterSums& sums, double confidence, Effect& effect) {
  effect.better = effect.worse = 0;
  for (const double difference : sums.difference) {
    effect.better += difference > 0;
    effect.worse += difference < 0;
  }
  if (effect.n == 0) return;
  effect.p_sign = mcnemar_exact(effect.better, effect.worse);
  effect.p_samples = clustered_mean_test(sums.difference, sums.pairs, confidence).p;
}

}  // namespace

std::vector<Effect> effects(const Results& results, const Slice& slice, std::span<const Pairing> pairings,
                            const BootstrapOptions& options) {
  const CellScores scores(results);
  const bool real_valued = !scores.family().right_or_wrong;
  const bool by_cluster = options.resamples > 0 || real_valued;
  const Clusters clusters = by_cluster ? clusters_by_base(results, slice) : Clusters{};
  const Tally tally = tally_of(scores, slice, pairings, clusters);
  const std::vector<Interval> intervals = clustered_bootstrap(tally.clusters, options);
  std::vector<Effect> found;
  for (size_t i = 0; i < pairings.size(); ++i) {
    found.push_back(effect_of(tally.models[i], options.confidence));
    if (real_valued) test_clusters(tally.clusters[i], options.confidence, found.back());
    found.back().bootstrap = intervals[i];
  }
  return found;
}

void adjust_together(std::span<Effect* const> family) {
  std::vector<double> models, mcnemar;
  for (const Effect* effect : family) {
    models.push_back(effect->p_models);
    mcnemar.push_back(effect->p_samples);
  }
  models = holm(models);
  mcnemar = holm(mcnemar);
  for (size_t i = 0; i < family.size(); ++i) {
    family[i]->p_models_holm = models[i];
    family[i]->p_samples_holm = mcnemar[i];
  }
}

}  // namespace ttt
