#include "pipeline/analysis/cells.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/analysis/statistics.h"
#include "pipeline/scores/registry.h"
#include "schemas/error.h"

namespace ttt {
namespace {

size_t at(const Column& column, int model, int64_t row) {
  return static_cast<size_t>(row * column.method->records[model].milestones + column.milestone);
}

void check_records(const std::string& method, const MethodResults& results, const Records& records,
                   int64_t samples) {
  const auto milestones = static_cast<int64_t>(results.cost.milestone.size());
  const bool fits = records.samples == samples && records.milestones == milestones &&
                    records.predicted.size() == static_cast<size_t>(samples * milestones) &&
                    records.correct.size() == records.predicted.size() &&
                    records.main_loss.size() == records.predicted.size() &&
                    records.confidence.size() == records.predicted.size() &&
                    records.aux_loss.size() == static_cast<size_t>(samples * records.steps) &&
                    records.steps_taken.size() == static_cast<size_t>(samples) &&
                    records.status.size() == static_cast<size_t>(samples);
  if (!fits)
    fail(ExitCode::data, "results: method {}: records do not fit the samples and milestones", method);
}

/// Lengths that are there fit the samples, and those are there that the family of scores needs.
void check_lengths(const Results& results) {
  const size_t samples = results.sample.size();
  for_each_length([&](const std::string& name, const std::string&, auto member) {
    const size_t length = (results.*member).size();
    if (length != 0 && length != samples)
      fail(ExitCode::data, "results: {} and samples differ in length", name);
  });
  if (score_family_named(results.score).needs_lengths && (results.tokens.empty() || results.bytes.empty()))
    fail(
        ExitCode::data,
        "results: scores are {}, which needs tokens and bytes of each sample; run `ttt-eval aggregate` again",
        results.score);
}

}  // namespace

bool is_analysed(std::string_view column) {
  constexpr std::array<std::string_view, 6> unread = {"logits",     "view_logits", "features",
                                                      "probe_loss", "grad_dot",    "token_nats"};
  return std::ranges::find(unread, column) == unread.end();
}

bool missing(const MethodResults& method, int model, int64_t row) {
  return method.records[model].status[row] == Status::missing;
}

bool usable(const Column& column, int model, int64_t row) {
  return column.method->records[model].status[row] != Status::bad_input &&
         !missing(*column.method, model, row);
}

bool right(const Column& column, int model, int64_t row) {
  return column.method->records[model].correct[at(column, model, row)] != 0;
}

CellScores::CellScores(const Results& results)
    : results_(&results), family_(&score_family_named(results.score)) {}

ScoredCell CellScores::cell(const Column& column, int model, int64_t row) const {
  const auto length = [row](const std::vector<int64_t>& lengths) {
    return lengths.empty() ? undefined : static_cast<double>(lengths[row]);
  };
  return {column.method->records[model],
          row,
          column.milestone,
          {length(results_->tokens), length(results_->bytes), length(results_->words)}};
}

double CellScores::value(const Column& column, int model, int64_t row) const {
  if (family_->right_or_wrong)
    return usable(column, model, row) ? (right(column, model, row) ? 1.0 : 0.0) : undefined;
  const double found = family_->value(cell(column, model, row));
  return std::isfinite(found) ? found : undefined;
}

ColumnScores::ColumnScores(const CellScores& scores, const Column& column, int model)
    : scores_(&scores), column_(column), model_(model) {
  const Records& records = column.method->records[model];
  status_ = records.status.data();
  stride_ = records.milestones;
  if (scores.family().right_or_wrong) correct_ = records.correct.data() + column.milestone;
}

double value(const Column& column, std::vector<float> Records::*scores, int model, int64_t row) {
  return (column.method->records[model].*scores)[at(column, model, row)];
}

void check_shapes(const Results& results) {
  check_lengths(results);
  const size_t samples = results.sample.size();
  const bool fits = results.label.size() == samples && results.base.size() == samples &&
                    results.shift.size() == samples && results.severity.size() == samples &&
                    results.split.size() == samples && results.model_group.size() == results.model.size();
  if (!fits) fail(ExitCode::data, "results: sample and model coordinates differ in length");
  for (const int32_t shift : results.shift)
    if (shift < 0 || static_cast<size_t>(shift) >= results.shift_names.size())
      fail(ExitCode::data, "results: shift code {} has no name", shift);
  for (const MethodResults& method : results.methods) {
    const size_t milestones = method.cost.milestone.size();
    const bool priced =
        milestones > 0 && method.cost.flops.size() == milestones &&
        method.cost.forward_passes.size() == milestones && method.cost.backward_passes.size() == milestones &&
        method.cost.gradient_steps.size() == milestones && method.cost.views.size() == milestones;
    if (!priced || method.records.size() != results.model.size())
      fail(ExitCode::data, "results: method {}: cost table or models do not fit", method.name);
    for (const Records& records : method.records)
      check_records(method.name, method, records, static_cast<int64_t>(samples));
  }
}

}  // namespace ttt
