#include "pipeline/methods/registry.h"

#include <algorithm>
#include <array>

namespace ttt {

// One line a kind.
extern const Method adapt_method, vote_method, ensemble_method, policy_method, memory_method;

std::span<const Method* const> methods() {
  static constexpr std::array all = {&adapt_method, &vote_method, &ensemble_method, &policy_method,
                                     &memory_method};
  return all;
}

const Method& kind_of(const MethodOptions& method) {
  const auto found = std::ranges::find(methods(), method.kind.name, &Method::name);
  if (found == methods().end()) fail(ExitCode::internal, "no kind of method is called {}", method.kind.name);
  return **found;
}

const SpecRegistry& spec_registry() {
  static const SpecRegistry registry = [] {
    SpecRegistry all;
    for (const Method* kind : methods()) all.methods.push_back({kind->name, kind->summary, kind->options()});
    all.validate = [](const JobSpec& spec) {
      for (const MethodOptions& method : spec.methods) kind_of(method).check(method, spec);
    };
    return all;
  }();
  return registry;
}

}  // namespace ttt
