#include "pipeline/analysis/families.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ttt {
namespace {

constexpr std::array<std::pair<Role, std::string_view>, 10> order = {{{Role::source, "source model"},
                                                                      {Role::adapt, "adaptation"},
                                                                      {Role::online, "online adaptation"},
                                                                      {Role::placebo, "placebos"},
                                                                      {Role::vote, "votes"},
                                                                      {Role::ensemble, "ensembles"},
                                                                      {Role::memory, "memories"},
                                                                      {Role::policy, "policies"},
                                                                      {Role::oracle, "oracles"},
                                                                      {Role::control, "controls"}}};

/// Whether NAME+random or NAME+oracle came with `method`, whose name is NAME.
bool came_with(const MethodFacts& one, const MethodFacts& method) {
  return (one.family == Role::control || one.family == Role::oracle) &&
         one.name.substr(0, one.name.rfind('+')) == method.name && one.name != method.name;
}

bool was_brought(const MethodFacts& one, const std::vector<MethodFacts>& methods) {
  return std::ranges::any_of(methods, [&](const MethodFacts& method) { return came_with(one, method); });
}

std::vector<Member> members_of(Role role, const std::vector<MethodFacts>& methods) {
  std::vector<Member> members;
  for (int i = 0; i < static_cast<int>(methods.size()); ++i) {
    if (methods[i].family != role || was_brought(methods[i], methods)) continue;
    members.push_back({i, false});
    for (int j = 0; j < static_cast<int>(methods.size()); ++j)
      if (came_with(methods[j], methods[i])) members.push_back({j, true});
  }
  return members;
}

}  // namespace

std::string_view family_name(Role role) {
  return std::ranges::find(order, role, &decltype(order)::value_type::first)->second;
}

std::vector<Family> families(const std::vector<MethodFacts>& methods) {
  std::vector<Family> found;
  for (const auto& [role, name] : order) {
    Family family{role, members_of(role, methods)};
    if (!family.members.empty()) found.push_back(std::move(family));
  }
  return found;
}

}  // namespace ttt
