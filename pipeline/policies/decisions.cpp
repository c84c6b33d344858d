#include "pipeline/policies/decisions.h"

#include <algorithm>

#include "kernels/draw.h"
#include "pipeline/policies/oracle.h"

namespace ttt {
namespace {

/// Calls decide(row, m) for all samples with something to decide, for all milestones.
template <typename Decide>
Decisions for_each_decision(const PolicyTask& task, size_t model, Decide decide) {
  const int milestones = task.milestones();
  Decisions decisions(task.samples() * milestones);
  for (int64_t row = 0; row < task.samples(); ++row) {
    if (status_of(task.source, model, row) != Status::ok) continue;
    for (int m = 0; m < milestones; ++m) decisions[row * milestones + m] = decide(row, m);
  }
  return decisions;
}

/// Rows of one split with something to decide, by the number of their sample.
std::vector<int64_t> deciding_rows(const PolicyTask& task, size_t model, Split split) {
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < task.samples(); ++row)
    if (task.results.split[row] == split && status_of(task.source, model, row) == Status::ok)
      rows.push_back(row);
  std::ranges::sort(rows, {}, [&](int64_t row) { return task.results.sample[row]; });
  return rows;
}

/// The rows in an order that is drawn for their samples.
std::vector<int64_t> shuffled(const PolicyTask& task, size_t model, std::vector<int64_t> rows,
                              uint64_t seed) {
  std::ranges::stable_sort(rows, {}, [&](int64_t row) {
    const auto sample = static_cast<uint64_t>(task.results.sample[row]);
    return Draw(seed, Purpose::random_gate, sample, static_cast<uint32_t>(model)).bits(0);
  });
  return rows;
}

}  // namespace

Decisions decisions_of(const PolicyTask& task, size_t model, std::span<const double> fitted) {
  const PolicyRule& rule = task.rule;
  return for_each_decision(task, model, [&](int64_t row, int m) {
    if (rule.decide_knowing)
      return rule.decide_knowing(task.rule_options(), OracleRow(task.source, model, row), m);
    return rule.decide(task.rule_options(), fitted, PolicyRow(task.source, model, row), m);
  });
}

Decisions random_decisions(const PolicyTask& task, size_t model, const Decisions& decisions, uint64_t seed) {
  const int milestones = task.milestones();
  Decisions dealt(decisions.size());
  for (const Split split : {Split::tune, Split::report}) {
    const std::vector<int64_t> owner = deciding_rows(task, model, split);
    const std::vector<int64_t> taker = shuffled(task, model, owner, seed);
    for (size_t i = 0; i < owner.size(); ++i) {
      const PolicyRow row(task.source, model, taker[i]);
      for (int m = 0; m < milestones; ++m) {
        const int milestone = decisions[owner[i] * milestones + m].milestone;
        dealt[taker[i] * milestones + m] = {milestone, row.flops(milestone)};
      }
    }
  }
  return dealt;
}

Decisions oracle_decisions(const PolicyTask& task, size_t model, const Decisions& decisions) {
  const Reach reach = task.rule.reach(task.rule_options());
  return for_each_decision(task, model, [&](int64_t row, int m) {
    const OracleRow knowing(task.source, model, row);
    const Decision best = oracle_decision(knowing, m, reach);
    const Decision& own = decisions[row * task.milestones() + m];
    if (own.mixture.empty() || knowing.right(best.milestone)) return best;
    const auto predicted = std::ranges::max_element(own.mixture) - own.mixture.begin();
    return predicted == task.results.label[row] ? own : best;
  });
}

}  // namespace ttt
