#include "pipeline/analysis/families.h"

#include <gtest/gtest.h>

#include <set>

namespace ttt {
namespace {

MethodFacts facts(const std::string& name, Role family) {
  MethodFacts method;
  method.name = name;
  method.role = method.family = family;
  return method;
}

const std::vector<MethodFacts> many = {
    facts("gate", Role::policy),  facts("gate+random", Role::control), facts("gate+oracle", Role::oracle),
    facts("vote", Role::vote),    facts("gate2", Role::policy),        facts("gate2+oracle", Role::oracle),
    facts("peek", Role::oracle),  facts("ttt", Role::adapt),           facts("stray+random", Role::control),
    facts("source", Role::source)};

/// "adapt: ttt; policy: gate (gate+random)" of the families.
std::string listed(const std::vector<MethodFacts>& methods) {
  std::string text;
  for (const Family& family : families(methods)) {
    text += std::string(text.empty() ? "" : "; ") + std::string(name(family.role)) + ":";
    for (const Member& member : family.members)
      text += member.brought ? " (" + methods[member.method].name + ")" : " " + methods[member.method].name;
  }
  return text;
}

TEST(Families, StandInTheOrderOfRolesWithControlsBelowTheirPolicies) {
  EXPECT_EQ(listed(many),
            "source: source; adapt: ttt; vote: vote; policy: gate (gate+random) (gate+oracle) gate2 "
            "(gate2+oracle); oracle: peek; control: stray+random");
}

TEST(Families, HoldEveryMethodOnce) {
  std::multiset<int> seen;
  for (const Family& family : families(many))
    for (const Member& member : family.members) seen.insert(member.method);
  EXPECT_EQ(seen.size(), many.size());
  EXPECT_EQ(std::set<int>(seen.begin(), seen.end()).size(), many.size());
}

TEST(Families, TheMethodUnderTestStandsAmongItsLike) {
  std::vector<MethodFacts> methods = {facts("a", Role::adapt), facts("b", Role::adapt)};
  methods[1].role = Role::tested;
  EXPECT_EQ(listed(methods), "adapt: a b");
}

TEST(Families, HaveANameEach) {
  std::set<std::string_view> names;
  for (const Role role : {Role::adapt, Role::online, Role::placebo, Role::control, Role::source, Role::vote,
                          Role::ensemble, Role::policy, Role::memory, Role::oracle})
    EXPECT_TRUE(names.insert(family_name(role)).second);
}

}  // namespace
}  // namespace ttt
