#include "pipeline/scores/source_results.h"

#include "schemas/error.h"

namespace ttt {

const MethodResults* source_results(const Results& results) {
  for (const MethodResults& method : results.methods)
    if (starts_at_source(method.role) && !method.cost.milestone.empty() && method.cost.milestone[0] == 0)
      return &method;
  return nullptr;
}

void require_logits(const MethodResults& method, const std::string& who) {
  for (const Records& records : method.records)
    if (records.classes == 0)
      fail(ExitCode::data, "{}: the run kept no logits; set run.logits = true and run again", who);
}

std::span<const float> source_logits(const Records& records, int64_t row) {
  const int64_t width = int64_t{records.milestones} * records.classes;  // milestone 0 comes first
  return {records.logits.data() + row * width, static_cast<size_t>(records.classes)};
}

}  // namespace ttt
