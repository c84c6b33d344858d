#include "pipeline/policies/registry.h"

#include <array>

namespace ttt {

// One line a rule.
extern const PolicyRule entropy_gate_rule, margin_gate_rule, confidence_gate_rule, loss_gate_rule,
    improvement_gate_rule, early_stop_rule, trust_region_rule, best_milestone_rule, trajectory_mean_rule,
    flip_veto_rule, source_mix_rule, with_vote_rule, learned_gate_rule, oracle_rule;

std::span<const PolicyRule* const> policy_rules() {
  static constexpr std::array all = {
      &entropy_gate_rule,     &margin_gate_rule, &confidence_gate_rule, &loss_gate_rule,
      &improvement_gate_rule, &early_stop_rule,  &trust_region_rule,    &best_milestone_rule,
      &trajectory_mean_rule,  &flip_veto_rule,   &source_mix_rule,      &with_vote_rule,
      &learned_gate_rule,     &oracle_rule};
  return all;
}

const Alternatives& policy_rule_alternatives() {
  static const Alternatives all = alternatives_of(policy_rules());
  return all;
}

const PolicyRule& policy_rule_of(const Chosen& chosen) { return row_named(policy_rules(), chosen.name); }

}  // namespace ttt
