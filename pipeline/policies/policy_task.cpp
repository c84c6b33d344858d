#include "pipeline/policies/policy_task.h"

#include <algorithm>

namespace ttt {
namespace {

std::string names_of(const std::vector<MethodResults>& methods) {
  std::string names;
  for (const MethodResults& method : methods) names += (names.empty() ? "" : ", ") + method.name;
  return names.empty() ? "none" : names;
}

const MethodResults* named(const PolicyTask& task, const char* key, const std::string& wanted) {
  const auto found = std::ranges::find(task.results.methods, wanted, &MethodResults::name);
  if (found == task.results.methods.end()) {
    fail(ExitCode::data, "policy {}: {} = \"{}\" is no method of these results (they hold {})", task.name,
         key, wanted, names_of(task.results.methods));
  }
  return &*found;
}

const MethodResults* first_adapting(const PolicyTask& task) {
  const auto found = std::ranges::find(task.results.methods, Role::adapt, &MethodResults::role);
  if (found == task.results.methods.end()) {
    fail(ExitCode::data, "policy {}: no method of these results adapts (name one in `from`; they hold {})",
         task.name, names_of(task.results.methods));
  }
  return &*found;
}

/// Throws unless `method` has what the rule reads.
void require_kept(const PolicyTask& task, const MethodResults& method, bool kept, std::string_view what,
                  std::string_view remedy) {
  if (kept) return;
  fail(ExitCode::data, "policy {}: rule {} reads {}, which method {} has not kept ({})", task.name,
       task.rule.name, what, method.name, remedy);
}

void require_columns(const PolicyTask& task, const PolicyNeeds& needs) {
  const MethodResults& from = *task.source.from;
  const Records& records = from.records.at(0);
  const int last = from.cost.milestone.back();
  const std::string_view keep = "let the method keep it and run again";
  const std::string_view logits = "set run.logits = true and run again";
  require_kept(task, from, from.cost.milestone[0] == 0, "milestone 0, the source model's prediction",
               "add 0 to its milestones and run again");
  require_kept(task, from, !needs.steps || (last > 0 && records.steps >= last), "steps of adaptation",
               "name a method that adapts in `from`");
  require_kept(task, from, !needs.auxiliary_confidence || !records.auxiliary_confidence.empty(),
               "auxiliary_confidence", keep);
  require_kept(task, from, !needs.probe_loss || !records.probe_loss.empty(), "probe_loss", keep);
  require_kept(task, from, !needs.logits || records.classes > 0, "logits", logits);
  if (const MethodResults* with = task.source.with)
    require_kept(task, *with, with->records.at(0).classes == records.classes, "logits", logits);
}

}  // namespace

PolicyTask policy_task(const std::string& name, const PolicyOptions& options, const Results& results) {
  PolicyTask task{name, options, policy_rule_of(options.rule), results, {}};
  const PolicyNeeds needs = task.rule.needs(task.rule_options());
  task.source.from = options.from.empty() ? first_adapting(task) : named(task, "from", options.from);
  if (needs.with) task.source.with = named(task, "with", options.with);
  task.source.forward_flops = static_cast<double>(results.forward_flops);
  require_columns(task, needs);
  return task;
}

}  // namespace ttt
