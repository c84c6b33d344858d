#include "pipeline/policies/fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "pipeline/policies/logistic.h"

namespace ttt {
namespace {

/// A row to learn from. Whether its predictions are right may be asked here only.
struct TuneRow {
  PolicyRow seen;
  const Records* records;
  int64_t row;

  bool right(int m) const { return records->correct[row * records->milestones + m] != 0; }
};

std::vector<TuneRow> tune_rows(const PolicyTask& task, const std::string& group) {
  std::vector<TuneRow> rows;
  for (size_t model = 0; model < task.results.model.size(); ++model) {
    if (task.results.model_group[model] != group) continue;
    for (int64_t row = 0; row < task.samples(); ++row) {
      if (task.results.split[row] != Split::tune || status_of(task.source, model, row) != Status::ok)
        continue;
      rows.push_back({PolicyRow(task.source, model, row), &task.source.from->records[model], row});
    }
  }
  return rows;
}

/// What a threshold brings on the tune rows.
struct Score {
  int64_t right = 0;
  double paid_flops = 0;

  Score& operator+=(const Score& other) {
    right += other.right;
    paid_flops += other.paid_flops;
    return *this;
  }
  Score operator-(const Score& other) const { return {right - other.right, paid_flops - other.paid_flops}; }
  bool better_than(const Score& other) const {
    return right != other.right ? right > other.right : paid_flops < other.paid_flops;
  }
};

/// How the sum of scores changes above a threshold.
struct Change {
  double threshold;
  Score score;
};

/// Scores of all thresholds: of those up to the first change, and the changes in ascending order.
struct Scores {
  Score lowest;
  std::vector<Change> changes;
};

Score score_of(const PolicyTask& task, const TuneRow& row, double threshold) {
  const Decision decision =
      task.rule.decide(task.rule_options(), {&threshold, 1}, row.seen, task.milestones() - 1);
  return {row.right(decision.milestone), decision.paid_flops};
}

Scores scores_of(const PolicyTask& task, const ThresholdFit& fit, const std::vector<TuneRow>& rows) {
  Scores scores;
  for (const TuneRow& row : rows) {
    std::vector<double> breakpoints = fit.breakpoints(task.rule_options(), row.seen, task.milestones() - 1);
    std::erase_if(breakpoints, [](double threshold) { return !std::isfinite(threshold); });
    std::ranges::sort(breakpoints);
    breakpoints.push_back(std::numeric_limits<double>::infinity());
    Score before = score_of(task, row, breakpoints[0]);
    scores.lowest += before;
    for (size_t i = 1; i < breakpoints.size(); ++i) {
      const Score above = score_of(task, row, breakpoints[i]);
      scores.changes.push_back({breakpoints[i - 1], above - before});
      before = above;
    }
  }
  std::ranges::stable_sort(scores.changes, {}, &Change::threshold);
  return scores;
}

double best_threshold(const Scores& scores) {
  Score now = scores.lowest, best;
  double threshold = std::numeric_limits<double>::quiet_NaN();
  const auto consider = [&](double candidate) {
    if (!std::isnan(threshold) && !now.better_than(best)) return;
    threshold = candidate;
    best = now;
  };
  for (size_t i = 0; i < scores.changes.size(); ++i) {
    const double candidate = scores.changes[i].threshold;
    if (i == 0 || candidate > scores.changes[i - 1].threshold) consider(candidate);
    now += scores.changes[i].score;
  }
  consider(std::numeric_limits<double>::infinity());
  return threshold;
}

FittedRule fit_threshold(const PolicyTask& task, const ThresholdFit& fit, const std::string& group) {
  if (const std::optional<double> given = fit.given(task.rule_options()))
    return {{*given}, fmt::format("{} = {} as given", fit.key, *given)};
  const std::vector<TuneRow> rows = tune_rows(task, group);
  if (rows.empty()) {
    fail(ExitCode::data,
         "policy {}: {}: no tune samples of model group {} to fit it on (set run.split = \"all\" and fill "
         "[data.tune], or give `{}`)",
         task.name, fit.key, group, fit.key);
  }
  const double threshold = best_threshold(scores_of(task, fit, rows));
  return {{threshold},
          fmt::format("{} = {} for {}, fitted on {} tune records", fit.key, threshold, group, rows.size())};
}

/// Rows of which exactly one prediction is right: the others say nothing about which to take.
LogisticData telling_rows(const LogisticFit& fit, const std::vector<TuneRow>& rows, int last) {
  LogisticData data;
  for (const TuneRow& row : rows) {
    if (row.right(0) == row.right(last)) continue;
    const std::vector<double> inputs = fit.inputs(row.seen, last);
    if (!std::ranges::all_of(inputs, [](double x) { return std::isfinite(x); })) continue;
    data.inputs.push_back(inputs);
    data.truth.push_back(row.right(last));
  }
  return data;
}

FittedRule fit_coefficients(const PolicyTask& task, const LogisticFit& fit, const std::string& group) {
  const std::vector<TuneRow> rows = tune_rows(task, group);
  if (rows.empty()) {
    fail(ExitCode::data,
         "policy {}: rule {}: no tune samples of model group {} to learn from (set run.split = \"all\" and "
         "fill "
         "[data.tune])",
         task.name, task.rule.name, group);
  }
  const LogisticData data = telling_rows(fit, rows, task.milestones() - 1);
  FittedRule fitted{fit_standardised_logistic(data, fit.names.size(), fit.penalty(task.rule_options())), ""};
  fitted.note = fmt::format("log odds for {} = {:.4g}", group, fitted.numbers[0]);
  for (size_t j = 0; j < fit.names.size(); ++j)
    fitted.note += fmt::format(" {:+.4g} {}", fitted.numbers[j + 1], fit.names[j]);
  fitted.note += fmt::format(", fitted on the {} of {} tune records of which one prediction is right",
                             data.inputs.size(), rows.size());
  return fitted;
}

FittedRule fit_group(const PolicyTask& task, const std::string& group) {
  if (const auto* fit = std::get_if<ThresholdFit>(&task.rule.fit)) return fit_threshold(task, *fit, group);
  if (const auto* fit = std::get_if<LogisticFit>(&task.rule.fit)) return fit_coefficients(task, *fit, group);
  return {};
}

}  // namespace

std::vector<FittedRule> fit_rule(const PolicyTask& task) {
  std::map<std::string, FittedRule> groups;
  std::vector<FittedRule> fitted;
  for (const std::string& group : task.results.model_group) {
    if (!groups.contains(group)) groups[group] = fit_group(task, group);
    fitted.push_back(groups[group]);
  }
  return fitted;
}

}  // namespace ttt
