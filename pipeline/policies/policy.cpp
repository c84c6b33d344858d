#include "pipeline/policies/policy.h"

#include "pipeline/policies/decisions.h"
#include "pipeline/policies/fit.h"

namespace ttt {
namespace {

MethodResults blank(const PolicyTask& task, const std::string& suffix, Role role, const std::string& note) {
  const MethodResults& from = *task.source.from;
  MethodResults method;
  method.name = task.name + suffix;
  method.kind = "policy";
  method.role = role;
  method.milestone_meaning = from.milestone_meaning;
  method.unit = from.unit;
  method.note = note;
  method.cost = from.cost;
  return method;
}

/// What the policy reads, and its numbers: once for each group.
std::string note_of(const PolicyTask& task, const std::vector<FittedRule>& fitted) {
  std::string note = fmt::format("{} on the records of {}", task.rule.name, task.source.from->name);
  if (task.source.with) note += " and " + task.source.with->name;
  for (size_t i = 0; i < fitted.size(); ++i) {
    bool first = !fitted[i].note.empty();
    for (size_t j = 0; j < i; ++j) first = first && fitted[j].note != fitted[i].note;
    if (first) note += "; " + fitted[i].note;
  }
  return note;
}

/// The policy, and the controls that it brings along.
std::vector<MethodResults> blanks(const PolicyTask& task, const std::string& note) {
  const bool knows = task.rule.decide_knowing != nullptr;
  std::vector<MethodResults> methods = {blank(task, "", knows ? Role::oracle : Role::policy, note)};
  if (knows || !task.options.controls) return methods;
  if (!task.rule.mixes) {
    methods.push_back(blank(task, "+random", Role::control,
                            fmt::format("the decisions of {}, dealt out at random", task.name)));
  }
  methods.push_back(blank(task, "+oracle", Role::oracle,
                          fmt::format("a right prediction wherever {} could have had one", task.name)));
  return methods;
}

}  // namespace

std::vector<MethodResults> policy_results(const std::string& name, const PolicyOptions& options,
                                          const Results& results, uint64_t seed) {
  const PolicyTask task = policy_task(name, options, results);
  const std::vector<FittedRule> fitted = fit_rule(task);
  std::vector<MethodResults> methods = blanks(task, note_of(task, fitted));
  for (size_t model = 0; model < results.model.size(); ++model) {
    const Decisions own = decisions_of(task, model, fitted[model].numbers);
    methods[0].records.push_back(decided_records(task, model, own));
    for (size_t i = 1; i < methods.size(); ++i) {
      const Decisions control = methods[i].role == Role::oracle ? oracle_decisions(task, model, own)
                                                                : random_decisions(task, model, own, seed);
      methods[i].records.push_back(decided_records(task, model, control));
    }
  }
  return methods;
}

}  // namespace ttt
