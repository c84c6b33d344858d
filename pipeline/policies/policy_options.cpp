#include "pipeline/policies/policy_options.h"

#include "pipeline/policies/registry.h"

namespace ttt {

Chosen default_policy_rule() { return choose(policy_rule_alternatives(), "entropy_gate"); }

Fields fields(PolicyOptions& o) {
  Fields all = {{"from", &o.from},
                {"with", &o.with},
                choice_among("rule", o.rule, policy_rule_alternatives()),
                {"controls", &o.controls}};
  for (Field& field : o.rule.options.fields()) all.push_back(std::move(field));
  return all;
}

void validate(const PolicyOptions& o) {
  o.rule.options.validate();
  const bool takes_two = policy_rule_of(o.rule).needs(o.rule.options).with;
  require_option(!takes_two || !o.with.empty(), "with",
                 "missing (rule {} mixes two methods: name the second)", o.rule.name);
  require_option(takes_two || o.with.empty(), "with", "{} is not used by rule {} (leave it out)", o.with,
                 o.rule.name);
}

}  // namespace ttt
