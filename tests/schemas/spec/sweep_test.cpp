#include <gtest/gtest.h>

#include <set>

#include "tests/schemas/spec/spec_files.h"

namespace ttt {
namespace {

/// The methods of [method.s], kind adapt, with these lines.
std::vector<MethodOptions> swept(const std::string& lines) {
  auto methods = read_text(minimal_spec("[method.s]\nkind = \"adapt\"\n" + lines)).methods;
  methods.erase(methods.begin());
  return methods;
}

std::vector<std::string> names(const std::vector<MethodOptions>& methods) {
  std::vector<std::string> names;
  for (const MethodOptions& method : methods) names.push_back(method.name);
  return names;
}

TEST(Sweep, MakesOneMethodPerValue) {
  const auto methods = swept("learning_rate = [0.01, 1e-3]\nsteps = 4\n");
  EXPECT_EQ(names(methods), (std::vector<std::string>{"s-learning_rate=0.01", "s-learning_rate=0.001"}));
  EXPECT_EQ(methods[1].kind.options.get<AdaptOptions>().learning_rate, 1e-3);
  EXPECT_EQ(methods[1].kind.options.get<AdaptOptions>().steps, 4);
}

TEST(Sweep, TakesEveryCombinationOfSeveralKeys) {
  const auto methods =
      swept("steps = [1, 2]\nsubset = [\"all\", \"norm\", \"trunk\"]\nviews.padding = [0, 3]\n");
  std::set<std::tuple<int, std::string, int>> combinations;
  for (const MethodOptions& method : methods) {
    const auto& adapt = method.kind.options.get<AdaptOptions>();
    combinations.insert({adapt.steps, adapt.subset, adapt.views.padding});
  }
  EXPECT_EQ(methods.size(), 12u);
  EXPECT_EQ(combinations.size(), 12u);
  EXPECT_EQ(methods[1].name, "s-subset=all-steps=1-views.padding=3");
}

TEST(Sweep, OfOneValueIsStillNamed) {
  EXPECT_EQ(names(swept("steps = [2]\n")), std::vector<std::string>{"s-steps=2"});
}

TEST(Sweep, LeavesAListOfMilestonesWhole) {
  const auto methods = swept("milestones = [0, 4]\n");
  EXPECT_EQ(names(methods), std::vector<std::string>{"s"});
  EXPECT_EQ(methods[0].kind.options.get<AdaptOptions>().milestones, (std::vector<int>{0, 4}));
}

TEST(Sweep, SweepsMilestonesByAListOfLists) {
  const auto methods = swept("milestones = [[0, 4], [0, 8]]\n");
  EXPECT_EQ(names(methods), (std::vector<std::string>{"s-milestones=0+4", "s-milestones=0+8"}));
  EXPECT_EQ(methods[1].kind.options.get<AdaptOptions>().milestones, (std::vector<int>{0, 8}));
}

TEST(Sweep, SweepsVotesToo) {
  const auto methods =
      read_text(minimal_spec("[method.v]\nkind = \"vote\"\nview.flip = [true, false]\n")).methods;
  EXPECT_EQ(methods[1].name, "v-view.flip=true");
  EXPECT_FALSE(methods[2].kind.options.get<VoteOptions>().view.flip);
}

TEST(Sweep, PrintsExpandedMethodsThatReadBack) {
  const JobSpec spec = read_text(minimal_spec("learning_rate = [1e-5, 100]\nmilestones = [[0], []]\n"));
  EXPECT_EQ(read_text(to_toml(spec)), spec);
}

TEST(Sweep, ValuesThatAreEqualMakeTheSameNameAndAreRefused) {
  EXPECT_NE(error_of(minimal_spec("learning_rate = [1, 1.0]\n")).find("a second method"), std::string::npos);
}

TEST(Sweep, OfTooManyMethodsIsRefused) {
  std::string values = "[0";
  for (int i = 1; i < 40; ++i) values += ", " + std::to_string(i);
  const std::string message =
      error_of(minimal_spec("views_per_step = " + values + "]\nviews.padding = " + values + "]\n"));
  EXPECT_EQ(message, "job.toml:8:17: method.source.views.padding: sweeps more than 1000 methods");
}

}  // namespace
}  // namespace ttt
