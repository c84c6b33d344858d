#include "pipeline/analysis/signals.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>

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

/// Nats a token of the document's first chunk under the source weights: adaptation has not seen it yet.
double first_chunk_loss(const Records& records, int64_t row) {
  const int64_t chunks = records.chunk_count;
  return double{records.chunk_nats[row * records.milestones * chunks]} /
         double{records.chunk_tokens[row * chunks]};
}

double tokens_of(const Records& records, int64_t row) {
  double sum = 0;
  for (int chunk = 0; chunk < records.chunk_count; ++chunk)
    if (const float tokens = records.chunk_tokens[row * records.chunk_count + chunk]; std::isfinite(tokens))
      sum += double{tokens};
  return sum;
}

bool has_chunks(const Records& records) {
  return !records.chunk_nats.empty() && !records.chunk_tokens.empty();
}

std::vector<Measure> measures_of_confidence() {
  return {at_source("entropy of the source prediction", &Records::entropy),
          at_source("confidence of the source prediction", &Records::confidence),
          at_source("margin of the source prediction", &Records::margin)};
}

std::vector<Measure> measures_of_chunks() {
  return {{"loss of the first chunk", false, true, has_chunks, first_chunk_loss},
          {"length of the document", false, true, has_chunks, tokens_of}};
}

/// What the method's updates say of themselves.
std::vector<Measure> measures_of_steps() {
  return {
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

/// Those that the family of scores has the columns for.
std::vector<Measure> measures(const ScoreFamily& family) {
  std::vector<Measure> all;
  if (family.has_confidence) all = measures_of_confidence();
  if (family.has_chunks) std::ranges::move(measures_of_chunks(), std::back_inserter(all));
  std::ranges::move(measures_of_steps(), std::back_inserter(all));
  return all;
}

/// What episodes did under one model, ranked. Rows are those of the slice.
struct Outcomes {
  Ranked loss, gain;
};

std::vector<Outcomes> outcomes_of(const CellScores& scores, const Slice& slice, const MethodResults& method) {
  std::vector<Outcomes> outcomes;
  for (const int model : slice.models) {
    std::vector<double> fall, gain;
    for (const int64_t row : slice.rows) {
      const Outcome outcome = outcome_of(scores, method, model, row);
      fall.push_back(outcome.loss_fall);
      gain.push_back(outcome.gain);
    }
    outcomes.push_back({Ranked(std::move(fall)), Ranked(std::move(gain))});
  }
  return outcomes;
}

std::vector<Ranked> values_of(const Slice& slice, const MethodResults& method, const Measure& measure) {
  std::vector<Ranked> models;
  for (const int model : slice.models) {
    std::vector<double> values;
    for (const int64_t row : slice.rows) values.push_back(measure.read(method.records[model], row));
    models.emplace_back(std::move(values));
  }
  return models;
}

std::vector<RankCorrelation> correlate(const std::vector<Ranked>& signal,
                                       const std::vector<Outcomes>& outcomes, Ranked Outcomes::*outcome) {
  std::vector<RankCorrelation> models;
  for (size_t i = 0; i < signal.size(); ++i) models.emplace_back(signal[i], outcomes[i].*outcome);
  return models;
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

/// Up to so many (model, row) pairs every resample ranks them anew: seconds. Above, a resample is counted by
/// cluster from the pairs' influence, whose error is then far below the interval's width.
constexpr size_t most_ranked_anew = 30'000;

/// The mean over models as a statistic that is linear in the counts of the clusters.
LinearStatistic linear(const std::vector<RankCorrelation>& models, const Clusters& clusters) {
  LinearStatistic mean{0, std::vector<double>(clusters.count, 0)};
  int n = 0;
  for (const RankCorrelation& model : models) {
    const std::vector<double> influence = model.influence();
    if (influence.empty()) continue;
    mean.value += model.plain();
    for (size_t i = 0; i < influence.size(); ++i) mean.influence[clusters.of_row[i]] += influence[i];
    ++n;
  }
  if (n == 0) mean.value = undefined;
  mean.value /= n;
  for (double& influence : mean.influence) influence /= n;
  return mean;
}

/// The correlations of one measure, and their intervals: at once, or later from the linear statistics.
struct Correlated {
  Signal signal;
  LinearStatistic with_loss, with_gain;
};

Correlated correlated(const Slice& slice, const Clusters& clusters, const MethodResults& method,
                      const Measure& measure, const std::vector<Outcomes>& outcomes,
                      const BootstrapOptions& options) {
  const std::vector<Ranked> values = values_of(slice, method, measure);
  const std::vector<RankCorrelation> loss = correlate(values, outcomes, &Outcomes::loss);
  const std::vector<RankCorrelation> gain = correlate(values, outcomes, &Outcomes::gain);
  const std::vector<int32_t> once(slice.rows.size(), 1);
  Correlated found;
  Signal& signal = found.signal;
  signal.name = measure.name;
  signal.uses_label = measure.uses_label;
  signal.is_early = measure.is_early;
  for (const RankCorrelation& model : gain) signal.cells += model.size();
  signal.with_loss = mean_over_models(loss, once);
  signal.with_gain = mean_over_models(gain, once);
  if (slice.rows.size() * slice.models.size() <= most_ranked_anew) {
    signal.with_loss_interval = interval_of(loss, clusters, options);
    signal.with_gain_interval = interval_of(gain, clusters, options);
  } else {
    found.with_loss = linear(loss, clusters);
    found.with_gain = linear(gain, clusters);
  }
  return found;
}

/// The intervals that are still to be found, from one bootstrap.
void add_intervals(std::vector<Signal>& signals, const std::vector<LinearStatistic>& loss_then_gain,
                   const BootstrapOptions& options) {
  const std::vector<Interval> intervals = linear_bootstrap(loss_then_gain, options);
  for (size_t i = 0; i < signals.size(); ++i) {
    signals[i].with_loss_interval = intervals[2 * i];
    signals[i].with_gain_interval = intervals[2 * i + 1];
  }
}

}  // namespace

std::vector<Signal> signals_of(const Results& results, const Slice& slice, const MethodResults& method,
                               const BootstrapOptions& options) {
  const CellScores scores(results);
  const Clusters clusters = clusters_by_base(results, slice);
  const std::vector<Outcomes> outcomes = outcomes_of(scores, slice, method);
  std::vector<Signal> signals;
  std::vector<LinearStatistic> linear;
  for (const Measure& measure : measures(scores.family())) {
    const bool kept =
        std::ranges::all_of(slice.models, [&](int model) { return measure.is_kept(method.records[model]); });
    if (!kept) continue;
    Correlated found = correlated(slice, clusters, method, measure, outcomes, options);
    signals.push_back(std::move(found.signal));
    if (found.with_loss.influence.empty()) continue;
    linear.push_back(std::move(found.with_loss));
    linear.push_back(std::move(found.with_gain));
  }
  if (!linear.empty()) add_intervals(signals, linear, options);
  return signals;
}

}  // namespace ttt
