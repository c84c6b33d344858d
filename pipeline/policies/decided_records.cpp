#include <algorithm>
#include <limits>

#include "pipeline/policies/decisions.h"
#include "pipeline/scores/prediction.h"
#include "schemas/record_columns.h"

namespace ttt {
namespace {

/// Copies all columns of one prediction.
void copy_prediction(Records& records, int64_t row, int to, const Records& from, int milestone) {
  for_each_column([&](const RecordColumn& column, auto member) {
    if (column.optional || column.axes.size() < 2 || column.axes[1] != "milestone") return;
    const int64_t values = width(records, column) / records.milestones;
    const int64_t first = row * records.milestones;
    std::copy_n((from.*member).begin() + (first + milestone) * values, values,
                (records.*member).begin() + (first + to) * values);
  });
}

/// A sample about which there was nothing to decide. What one costs that nobody evaluated is not known.
void keep_row(Records& records, int64_t row, const Records& from, const PolicyRow& seen) {
  for (int m = 0; m < records.milestones; ++m) {
    copy_prediction(records, row, m, from, m);
    if (from.status[row] != Status::missing) records.paid_flops[row * records.milestones + m] = seen.flops(m);
  }
  records.steps_taken[row] = from.steps_taken[row];
}

/// The prediction decided on at each milestone.
void write_row(Records& records, int64_t row, const Records& from, std::span<const Decision> decisions,
               int64_t label) {
  for (int m = 0; m < records.milestones; ++m) {
    const Decision& decision = decisions[m];
    if (decision.mixture.empty())
      copy_prediction(records, row, m, from, decision.milestone);
    else
      record_prediction(records, row, m, decision.mixture, label);
    records.paid_flops[row * records.milestones + m] = decision.paid_flops;
  }
}

}  // namespace

Records decided_records(const PolicyTask& task, size_t model, const Decisions& decisions) {
  const MethodResults& method = *task.source.from;
  const Records& from = method.records[model];
  Records records = empty_records(from.samples, from.milestones, 0, from.classes);
  records.sample = from.sample;
  keep_column(records, &Records::paid_flops);
  const auto milestones = static_cast<size_t>(from.milestones);
  for (int64_t row = 0; row < from.samples; ++row) {
    records.status[row] = status_of(task.source, model, row);
    if (from.status[row] != Status::ok) {
      keep_row(records, row, from, PolicyRow(task.source, model, row));
    } else if (records.status[row] == Status::ok) {
      const std::span<const Decision> of_row(&decisions[row * from.milestones], milestones);
      write_row(records, row, from, of_row, task.results.label[row]);
      records.steps_taken[row] = method.cost.milestone[of_row.back().milestone];
    }
  }
  return records;
}

}  // namespace ttt
