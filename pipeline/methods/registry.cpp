#include "pipeline/methods/registry.h"

#include <array>

#include "pipeline/models/registry.h"

namespace ttt {

// One line a kind.
extern const Method adapt_method, vote_method, ensemble_method, policy_method, memory_method, document_method,
    document_ensemble_method, demonstrations_method, puzzle_vote_method, puzzle_ensemble_method;

std::span<const Method* const> methods() {
  static constexpr std::array all = {
      &adapt_method,       &vote_method,           &ensemble_method,          &policy_method,
      &memory_method,      &document_method,       &document_ensemble_method, &demonstrations_method,
      &puzzle_vote_method, &puzzle_ensemble_method};
  return all;
}

const Method& kind_of(const MethodOptions& method) { return row_named(methods(), method.kind.name); }

const SpecRegistry& spec_registry() {
  static const SpecRegistry registry = [] {
    SpecRegistry all;
    all.methods = alternatives_of(methods());
    all.families = alternatives_of(model_families());
    all.validate = [](const JobSpec& spec) {
      for (const MethodOptions& method : spec.methods) kind_of(method).check(method, spec);
    };
    return all;
  }();
  return registry;
}

}  // namespace ttt
