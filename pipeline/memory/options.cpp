#include "pipeline/memory/options.h"

#include <utility>

namespace ttt {

Fields fields(MemoryOptions& o) {
  Fields all = {{"from", &o.from}, choice_among("rule", o.rule, memory_rule_alternatives())};
  for (Field& field : o.rule.options.fields()) all.push_back(std::move(field));
  all.push_back(order_field("order", o.order));
  return all;
}

void validate(const MemoryOptions& options) { options.rule.options.validate(); }

}  // namespace ttt
