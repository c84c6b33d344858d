// --set KEY=VALUE
#include <gtest/gtest.h>

#include "tests/schemas/spec/spec_files.h"

namespace ttt {
namespace {

TEST(Assignment, ReplacesWhatTheFileSays) {
  EXPECT_EQ(read_text(minimal_spec("[run]\nseed = 5\n"), {"run.seed=6"}).run.seed, 6u);
}

TEST(Assignment, AddsWhatTheFileDoesNotSay) {
  EXPECT_EQ(read_text(minimal_spec(), {"training.views.padding=2"}).training.views.padding, 2);
}

TEST(Assignment, LaterOneWins) {
  EXPECT_EQ(read_text(minimal_spec(), {"run.seed=6", "run.seed=7"}).run.seed, 7u);
}

TEST(Assignment, LeavesTheRestOfATableAlone) {
  const JobSpec spec = read_text(minimal_spec(), {"method.source.views.flip=false"});
  EXPECT_EQ(spec.methods[0].kind.options.get<AdaptOptions>().steps, 0);
}

TEST(Assignment, MakesNoTableOutOfASlip) {
  const std::string method = error_of(minimal_spec(), {"method.sorce.steps=3"});
  EXPECT_NE(method.find("this spec has no method.sorce; did you mean \"source\"?"), std::string::npos)
      << method;
  const std::string model = error_of(minimal_spec("[model.small]\n"), {"model.smal.depth=8"});
  EXPECT_NE(model.find("this spec has no model.smal; did you mean \"small\"?"), std::string::npos) << model;
  EXPECT_EQ(read_text(minimal_spec(), {"method.sources.kind=vote"}).methods.back().name, "sources");
}

TEST(Assignment, TakesABareWordAsText) {
  const JobSpec spec = read_text(minimal_spec(), {"data.source=cifar10", "data.path=some folder/x#1"});
  EXPECT_EQ(spec.data.source, DataSource::cifar10);
  EXPECT_EQ(spec.data.path, "some folder/x#1");
}

TEST(Assignment, TakesAQuotedWordAsTextToo) {
  EXPECT_EQ(read_text(minimal_spec(), {"report.title=\"a = b\""}).report.title, "a = b");
}

TEST(Assignment, TakesWhatWasTypedWhereTextIsWanted) {
  const JobSpec spec = read_text(minimal_spec(), {"report.title=2024-01-01", "method.source.labels=true"});
  EXPECT_EQ(spec.report.title, "2024-01-01");
  EXPECT_EQ(read_text(minimal_spec(), {"report.title=0x10"}).report.title, "0x10");
}

TEST(Assignment, TakesListsAndTables) {
  const JobSpec spec =
      read_text(minimal_spec(), {"model.m.seeds=[4, 5]", "training.views={padding=1, flip=false}"});
  EXPECT_EQ(spec.models[0].family.options.get<ResNetOptions>().seeds, (std::vector<uint64_t>{4, 5}));
  EXPECT_EQ(spec.training.views, (ViewOptions{1, PadMode::zero, false}));
}

TEST(Assignment, MakesANewMethodAfterTheOthers) {
  const JobSpec spec = read_text(minimal_spec(), {"method.a.views=3", "method.a.kind=vote"});
  EXPECT_EQ(spec.methods.at(1), (MethodOptions{"a", {"vote", VoteOptions{.views = 3}}}));
}

TEST(Assignment, SweepsByAList) {
  EXPECT_EQ(read_text(minimal_spec(), {"method.source.learning_rate=[0.1, 0.01]"}).methods.size(), 2u);
}

TEST(Assignment, ReachesAQuotedName) {
  const JobSpec spec =
      read_text(minimal_spec("[method.\"a=1\"]\nkind = \"vote\"\n"), {"method.\"a=1\".views=3"});
  EXPECT_EQ(spec.methods.at(1).kind.options.get<VoteOptions>().views, 3);
}

struct Bad {
  std::string assignment;
  std::string problem;  // after "--set ASSIGNMENT: "
};

class BadAssignment : public testing::TestWithParam<Bad> {};

TEST_P(BadAssignment, IsNamed) {
  const std::string message = error_of(minimal_spec(), {GetParam().assignment});
  EXPECT_TRUE(message.starts_with("--set " + GetParam().assignment + ": " + GetParam().problem)) << message;
}

INSTANTIATE_TEST_SUITE_P(
    Table, BadAssignment,
    testing::Values(Bad{"run.seed", "no '='"}, Bad{"", "no '='"}, Bad{"=3", "\"\" is no dotted key"},
                    Bad{"[run]=3", "\"[run]\" is no dotted key"},
                    Bad{"run..seed=3", "\"run..seed\" is no dotted key"},
                    Bad{"run.sede=3", "run.sede: unknown key (seed, split"},
                    Bad{"ran.seed=3", "ran: unknown key"},
                    Bad{"run.seed=x", "run.seed: \"x\" is a string (an integer from 0 to"},
                    Bad{"run.seed=", "run.seed: \"\" is a string"},
                    Bad{"run.seed=5 # x", "run.seed: \"5 # x\" is a string"},
                    Bad{"run.seed=1, 2", "run.seed: \"1, 2\" is a string"},
                    Bad{"run.threads=0", "run.threads: 0 is out of range (an integer from 1 to 1024)"},
                    Bad{"method.source.steps.x=1", "x lies under a value that is no table"},
                    Bad{"method.new.steps=1", "method.new.kind: missing"},
                    Bad{"method.source.milestones=[0, 3]", "method.source.milestones: 3 is past steps = 0"}));

TEST(Assignment, WithANewlineOrOtherBytesIsRefusedOnOneLine) {
  EXPECT_EQ(error_of(minimal_spec(), {"run.seed=1\n[x]"}),
            "--set run.seed=1?[x]: holds a control character or is not UTF-8");
  EXPECT_EQ(error_of(minimal_spec(), {"data.path=\xff"}),
            "--set data.path=?: holds a control character or is not UTF-8");
}

}  // namespace
}  // namespace ttt
