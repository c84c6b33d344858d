#include "pipeline/ensemble.h"

#include <algorithm>
#include <map>
#include <span>

#include "pipeline/methods/prediction.h"
#include "pipeline/methods/tally.h"
#include "schemas/error.h"

namespace ttt {
namespace {

using Groups = std::map<std::string, std::vector<size_t>>;  // name -> indices of its models, in order

Groups groups_of(const std::vector<SourceModel>& models) {
  Groups groups;
  for (size_t i = 0; i < models.size(); ++i) groups[models[i].group].push_back(i);
  return groups;
}

int smallest(const Groups& groups) {
  const auto least =
      std::ranges::min_element(groups, {}, [](const auto& group) { return group.second.size(); });
  return static_cast<int>(least->second.size());
}

/// m members cost m plain predictions.
CostTable cost_of(int members, const CostTable& source) {
  CostTable cost;
  for (int m = 1; m <= members; ++m) {
    cost.milestone.push_back(m);
    cost.flops.push_back(m * source.flops[0]);
    cost.forward_passes.push_back(m * source.forward_passes[0]);
  }
  cost.backward_passes.assign(members, 0);
  cost.gradient_steps.assign(members, 0);
  cost.views.assign(members, 0);
  return cost;
}

std::span<const float> source_logits(const Records& records, int64_t row) {
  const int64_t width = int64_t{records.milestones} * records.classes;  // milestone 0 comes first
  return {records.logits.data() + row * width, static_cast<size_t>(records.classes)};
}

/// The ensembles of one sample headed by one model; `members` in the order in which they join.
void vote(const EnsembleOptions& options, const std::vector<const Records*>& members, int64_t row,
          int64_t label, Records& records) {
  Tally tally(records.classes);
  for (int m = 0; m < records.milestones; ++m) {
    const std::span<const float> logits = source_logits(*members[m], row);
    if (!finite(logits)) {
      records.status[row] = members[m]->status[row];
      return;
    }
    tally.add(logits);
    record_prediction(records, row, m, tally.mean_logits(), label);
    if (options.rule == VoteRule::mean) continue;
    const int64_t at = row * records.milestones + m;
    records.predicted[at] = static_cast<int16_t>(tally.majority());
    records.correct[at] = records.predicted[at] == label;
  }
}

void check_source(const std::string& name, const MethodResults& source) {
  if (source.cost.milestone.empty() || source.cost.milestone[0] != 0) {
    fail(ExitCode::data, "ensemble {}: adapt method {} has no milestone 0, the source models' predictions",
         name, source.name);
  }
  for (const Records& records : source.records) {
    if (records.classes == 0) {
      fail(ExitCode::data, "ensemble {}: the run kept no logits; set run.logits = true and run again", name);
    }
  }
}

std::string note_of(const Groups& groups, int members) {
  std::string note =
      fmt::format("the cost of training {} source models instead of one is not included", members);
  const bool equal = std::ranges::all_of(
      groups, [&](const auto& group) { return static_cast<int>(group.second.size()) == members; });
  if (!equal) note += fmt::format("; ensembles go up to the smallest group's {} models", members);
  return note;
}

}  // namespace

MethodResults ensemble(const std::string& name, const EnsembleOptions& options, const MethodResults& source,
                       const std::vector<SourceModel>& models, const std::vector<int64_t>& label) {
  check_source(name, source);
  const Groups groups = groups_of(models);
  const int members = smallest(groups);
  MethodResults results{
      name, "ensemble", "", "members", note_of(groups, members), cost_of(members, source.cost), {}};
  const int64_t samples = static_cast<int64_t>(label.size());
  results.records.assign(models.size(), empty_records(samples, members, 0, source.records[0].classes));
  for (const auto& [group, indices] : groups) {
    for (size_t head = 0; head < indices.size(); ++head) {
      std::vector<const Records*> order;
      for (int m = 0; m < members; ++m)
        order.push_back(&source.records[indices[(head + m) % indices.size()]]);
      Records& records = results.records[indices[head]];
      records.sample = source.records[indices[head]].sample;
      for (int64_t row = 0; row < samples; ++row) vote(options, order, row, label[row], records);
    }
  }
  return results;
}

}  // namespace ttt
