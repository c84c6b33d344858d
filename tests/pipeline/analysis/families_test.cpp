#include "pipeline/analysis/families.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/pipeline/analysis/synthetic_results.h"

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

/// Methods of every kind that differ in how many of ten samples each gets right in the end.
Results one_of_each() {
  Results results = blank_results(2, 10, {"blur"});
  const auto add = [&](const std::string& name, Role role, int right) {
    const bool steps = role == Role::adapt || role == Role::placebo;
    results.methods.push_back(
        blank_method(results, name, steps ? "adapt" : "vote", {steps ? 0 : 1, 4}, {1, 9}));
    results.methods.back().role = role;
    for (Records& records : results.methods.back().records)
      for (int64_t row = 0; row < right; ++row) put(records, row, 1, true);
  };
  add("ttt", Role::adapt, 5);
  add("weak", Role::adapt, 1);
  add("strong", Role::adapt, 6);
  add("placebo", Role::placebo, 2);
  add("second placebo", Role::placebo, 9);
  add("vote", Role::vote, 3);
  add("better vote", Role::vote, 4);
  for (const Role role : {Role::online, Role::ensemble, Role::memory, Role::policy, Role::oracle})
    add(std::string(name(role)), role, 3);
  return results;
}

TEST(Shortlist, HoldsTheMethodUnderTestAPlaceboAndTheBestOfEachFamily) {
  const Analysis analysis = analyse(one_of_each(), {});
  std::vector<std::string> found;
  for (const int method : analysis.shortlist) found.push_back(analysis.methods[method].name);
  EXPECT_EQ(found, (std::vector<std::string>{"ttt", "strong", "online", "placebo", "better vote", "ensemble",
                                             "memory", "policy"}));  // an oracle would be the ninth
}

TEST(Shortlist, HoldsAllWhereTheyAreFew) {
  Results results = one_of_each();
  results.methods.resize(5);
  EXPECT_EQ(analyse(results, {}).shortlist.size(), 5);
}

}  // namespace
}  // namespace ttt
