#include "pipeline/analysis/families.h"

#include <algorithm>
#include <array>
#include <iterator>
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

/// All but the source model, the method under test first.
std::vector<int> drawable(const Analysis& analysis) {
  std::vector<int> methods;
  for (int i = 0; i < static_cast<int>(analysis.methods.size()); ++i)
    if (analysis.methods[i].role != Role::source && analysis.under_test != i) methods.push_back(i);
  if (analysis.under_test) methods.insert(methods.begin(), *analysis.under_test);
  return methods;
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

std::optional<Candidate> best_of(const Family& family, const Analysis& analysis, const Section& section) {
  const Section& chosen_on = choosing_section(analysis, section);
  std::vector<Candidate> points;
  for (const Member& member : family.members)
    if (!member.brought)
      std::ranges::move(points_of(curve_of(chosen_on, member.method), family.role, *analysis.score),
                        std::back_inserter(points));
  const std::vector<Candidate> front = pareto_front(std::move(points));
  if (front.empty()) return std::nullopt;
  return front.back();
}

std::vector<int> compared(const Section& section, const Family& family) {
  std::vector<int> rivals;
  for (const Member& member : family.members)
    if (std::ranges::find(section.equal_cost, member.method, &EqualCost::rival) != section.equal_cost.end())
      rivals.push_back(member.method);
  return rivals;
}

std::vector<int> shortlist(const Analysis& analysis) {
  std::vector<int> all = drawable(analysis);
  if (all.size() <= most_curves) return all;
  std::vector<int> some;
  if (analysis.under_test) some.push_back(*analysis.under_test);
  for (Family& family : families(analysis.methods)) {
    if (family.role == Role::source || family.role == Role::control) continue;
    std::erase_if(family.members, [&](const Member& m) { return m.method == analysis.under_test; });
    if (family.members.empty()) continue;
    if (family.role == Role::placebo)
      some.push_back(family.members.front().method);
    else if (const auto best = best_of(family, analysis, analysis.sections.front()))
      some.push_back(best->method);
  }
  some.resize(std::min(some.size(), most_curves));
  return some;
}

}  // namespace ttt
