#include "pipeline/verify/results_difference.h"

#include <fmt/format.h>

#include "pipeline/verify/recompute.h"

namespace ttt {
namespace {

bool same_coordinates(const Results& a, const Results& b) {
  return a.sample == b.sample && a.label == b.label && a.base == b.base && a.shift == b.shift &&
         a.severity == b.severity && a.split == b.split && a.shift_names == b.shift_names &&
         a.class_names == b.class_names && a.model == b.model && a.model_group == b.model_group;
}

std::string of_methods(const Results& results, const MethodResults& a, const MethodResults& b) {
  if (a.name != b.name) return fmt::format("method {} where {} is expected", a.name, b.name);
  const bool same_facts = a.kind == b.kind && a.role == b.role && a.spec == b.spec && a.note == b.note &&
                          a.unit == b.unit && a.milestone_meaning == b.milestone_meaning;
  if (!same_facts || a.cost != b.cost || a.records.size() != b.records.size())
    return fmt::format("method {}: its options or costs", a.name);
  for (size_t m = 0; m < a.records.size(); ++m)
    for (int64_t row = 0; row < a.records[m].samples; ++row)
      if (const std::string column = differing_column(a.records[m], row, b.records[m], row); !column.empty())
        return fmt::format("method {}, model {}, sample {}: {}", a.name, results.model[m],
                           results.sample[row], column);
  return "";
}

}  // namespace

std::string first_difference(const Results& a, const Results& b) {
  if (a.spec != b.spec) return "the spec";
  if (a.provenance != b.provenance) return "the fingerprint";
  if (a.partial != b.partial) return "whether they are partial";
  if (a.forward_flops != b.forward_flops) return "the cost of a prediction";
  if (!same_coordinates(a, b)) return "samples or models";
  if (a.methods.size() != b.methods.size()) return "the number of methods";
  for (size_t i = 0; i < a.methods.size(); ++i)
    if (std::string found = of_methods(a, a.methods[i], b.methods[i]); !found.empty()) return found;
  return "";
}

}  // namespace ttt
