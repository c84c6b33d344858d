#include "pipeline/analysis/signals.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "pipeline/analysis/clusters.h"
#include "pipeline/analysis/outcome.h"
#include "pipeline/analysis/rank_correlation.h"

namespace ttt {
namespace {

/// What is known of a sample.
struct Measure {
  std::string name;
  bool uses_label = false, is_early = true;
  std::function<bool(const Records&)> is_kept;
  std::function<double(const Records&, int64_t)> read;
};

/// A score of the source model's prediction.
Measure at_source(const std::string& name, std::vector<float> Records::*scores) {
  return {name, false, true, [scores](const Records& r) { return !(r.*scores).empty(); },
          [scores](const Records& r, int64_t row) { return double{(r.*scores)[row * r.milestones]}; }};
}

bool has_steps(const Records& records) { return records.steps > 0; }

double at_step(const Records& records, const std::vector<float>& values, int64_t row, int step) {
  return step < 0 || step >= records.steps ? undefined : double{values[row * records.steps + step]};
}

/// Sum over the updates that were made; undefined when none was.
double total(const Records& records, const std::vector<float>& values, int64_t row) {
  const int taken = std::min(records.steps_taken[row], records.steps);
  double sum = taken > 0 ? 0 : undefined;
  for (int step = 0; step < taken; ++step) sum += at_step(records, values, row, step);
  return sum;
}

double auxiliary_fall(const Records& records, int64_t row) {
  const int last = records.steps_taken[row] - 1;
  if (last < 1) return undefined;
  return at_step(records, records.aux_loss, row, 0) - at_step(records, records.aux_loss, row, last);
}

std::vector<Measure> measures() {
  return {
      at_source("entropy of the source prediction", &Records::entropy),
      at_source("confidence of the source prediction", &Records::confidence),
      at_source("margin of the source prediction", &Records::margin),
      {"confidence of the auxiliary head", false, true,
       [](const Records& r) { return !r.auxiliary_confidence.empty(); },
       [](const Records& r, int64_t row) { return double{r.auxiliary_confidence[row]}; }},
      {"first auxiliary loss", false, true, has_steps,
       [](const Records& r, int64_t row) { return at_step(r, r.aux_loss, row, 0); }},
      {"fall of the auxiliary loss", false, false, [](const Records& r) { return r.steps > 1; },
       auxiliary_fall},
      {"length of all updates", false, false,
       [](const Records& r) { return r.steps > 0 && !r.update_norm.empty(); },
       [](const Records& r, int64_t row) { return total(r, r.update_norm, row); }},
      {"cosine of main and auxiliary gradient", true, false,
       [](const Records& r) { return r.steps > 0 && !r.grad_cos.empty(); },
       [](const Records& r, int64_t row) {
         return total(r, r.grad_cos, row) / std::min(r.steps_taken[row], r.steps);
       }},
  };
}

/// One rank correlation a model, of the measure with the two outcomes. Rows are those of the slice.
struct Correlations {
  std::vector<RankCorrelation> loss, flip;  // [models]
};

Correlations correlate(const Slice& slice, const MethodResults& method, const Measure& measure) {
  Correlations correlations;
  for (const int model : slice.models) {
    std::vector<double> signal, fall, flip;
    for (const int64_t row : slice.rows) {
      const Outcome outcome = outcome_of(method, model, row);
      signal.push_back(measure.read(method.records[model], row));
      fall.push_back(outcome.loss_fall);
      flip.push_back(outcome.flip);
    }
    correlations.loss.emplace_back(signal, fall);
    correlations.flip.emplace_back(signal, flip);
  }
  return correlations;
}

/// Mean over the models that have a correlation.
double mean_over_models(const std::vector<RankCorrelation>& models, std::span<const int32_t> count) {
  double sum = 0;
  int n = 0;
  for (const RankCorrelation& model : models) {
    const double rho = model.counted(count);
    if (!std::isfinite(rho)) continue;
    sum += rho;
    ++n;
  }
  return n == 0 ? undefined : sum / n;
}

Interval interval_of(const std::vector<RankCorrelation>& models, const Clusters& clusters,
                     const BootstrapOptions& options) {
  if (clusters.count < 2) return {};
  std::vector<double> means;
  std::vector<int32_t> count(clusters.of_row.size());
  for (int resample = 0; resample < options.resamples; ++resample) {
    const std::vector<int32_t> drawn = multiplicities(clusters.count, options.seed, resample);
    for (size_t i = 0; i < count.size(); ++i) count[i] = drawn[clusters.of_row[i]];
    means.push_back(mean_over_models(models, count));
  }
  return percentile_interval(std::move(means), options.confidence);
}

Signal signal_of(const Slice& slice, const Clusters& clusters, const MethodResults& method,
                 const Measure& measure, const BootstrapOptions& options) {
  const Correlations correlations = correlate(slice, method, measure);
  const std::vector<int32_t> once(slice.rows.size(), 1);
  Signal signal;
  signal.name = measure.name;
  signal.uses_label = measure.uses_label;
  signal.is_early = measure.is_early;
  for (const RankCorrelation& model : correlations.flip) signal.cells += model.size();
  signal.with_loss = mean_over_models(correlations.loss, once);
  signal.with_loss_interval = interval_of(correlations.loss, clusters, options);
  signal.with_flip = mean_over_models(correlations.flip, once);
  signal.with_flip_interval = interval_of(correlations.flip, clusters, options);
  return signal;
}

}  // namespace

std::vector<Signal> signals_of(const Results& results, const Slice& slice, const MethodResults& method,
                               const BootstrapOptions& options) {
  const Clusters clusters = clusters_by_base(results, slice);
  std::vector<Signal> signals;
  for (const Measure& measure : measures()) {
    const bool kept =
        std::ranges::all_of(slice.models, [&](int model) { return measure.is_kept(method.records[model]); });
    if (kept) signals.push_back(signal_of(slice, clusters, method, measure, options));
  }
  return signals;
}

}  // namespace ttt
