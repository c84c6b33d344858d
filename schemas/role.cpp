#include "schemas/role.h"

#include <algorithm>
#include <array>

#include "schemas/error.h"

namespace ttt {
namespace {

constexpr std::array<std::string_view, 11> names = {"tested",  "adapt",  "online", "placebo",
                                                    "control", "source", "vote",   "ensemble",
                                                    "policy",  "memory", "oracle"};

}  // namespace

std::string_view name(Role role) { return names.at(static_cast<size_t>(role)); }

bool starts_at_source(Role role) {
  return role == Role::adapt || role == Role::placebo || role == Role::source;
}

Role role_named(std::string_view wanted) {
  const auto found = std::ranges::find(names, wanted);
  if (found == names.end()) fail(ExitCode::data, "{} is no role of a method", wanted);
  return static_cast<Role>(found - names.begin());
}

}  // namespace ttt
