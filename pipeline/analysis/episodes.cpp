#include "pipeline/analysis/episodes.h"

#include <cmath>

namespace ttt {
namespace {

double auxiliary_loss(const Records& records, int64_t row, int step) {
  return records.aux_loss[row * records.steps + step];
}

/// Mean auxiliary losses of one model before each update [S]; undefined where no episode got there.
std::vector<double> model_means(const MethodResults& method, const Slice& slice, int model) {
  const Records& records = method.records[model];
  std::vector<double> means(records.steps, 0);
  std::vector<int64_t> n(records.steps, 0);
  for (const int64_t row : slice.rows)
    for (int step = 0; step < records.steps; ++step) {
      const double loss = auxiliary_loss(records, row, step);
      if (!std::isfinite(loss)) continue;
      means[step] += loss;
      ++n[step];
    }
  for (int step = 0; step < records.steps; ++step)
    means[step] = n[step] == 0 ? undefined : means[step] / static_cast<double>(n[step]);
  return means;
}

void compare_losses(const MethodResults& method, int model, int64_t row, AuxiliaryTrace& trace) {
  const Records& records = method.records[model];
  const int last = records.steps_taken[row] - 1;
  if (last < 1 || last >= records.steps) return;
  const double auxiliary_change = auxiliary_loss(records, row, last) - auxiliary_loss(records, row, 0);
  const double main_change = value({&method, records.milestones - 1}, &Records::main_loss, model, row) -
                             value({&method, 0}, &Records::main_loss, model, row);
  if (!std::isfinite(auxiliary_change) || !std::isfinite(main_change)) return;
  ++trace.episodes;
  trace.fell += auxiliary_change < 0;
  trace.fell_main_rose += auxiliary_change < 0 && main_change > 0;
}

}  // namespace

EpisodeCounts count_episodes(const MethodResults& method, const Slice& slice) {
  EpisodeCounts counts;
  for (const int model : slice.models)
    for (const int64_t row : slice.rows) {
      const Status status = method.records[model].status[row];
      if (missing(method, model, row)) {
        ++counts.missing;
        continue;
      }
      counts.ok += status == Status::ok;
      counts.skipped += status == Status::skipped;
      counts.diverged += status == Status::diverged;
      counts.bad_input += status == Status::bad_input;
    }
  return counts;
}

AuxiliaryTrace auxiliary_trace(const MethodResults& method, const Slice& slice, double confidence) {
  AuxiliaryTrace trace;
  const int steps = slice.models.empty() ? 0 : method.records[slice.models[0]].steps;
  std::vector<std::vector<double>> models;
  for (const int model : slice.models) models.push_back(model_means(method, slice, model));
  for (int step = 0; step < steps; ++step) {
    std::vector<double> means;
    for (const std::vector<double>& model : models)
      if (std::isfinite(model[step])) means.push_back(model[step]);
    const MeanTest test = mean_test(means, confidence);
    trace.mean.push_back(test.mean);
    trace.over_models.push_back(test.interval);
  }
  if (steps < 2) return trace;
  for (const int model : slice.models)
    for (const int64_t row : slice.rows) compare_losses(method, model, row, trace);
  return trace;
}

}  // namespace ttt
