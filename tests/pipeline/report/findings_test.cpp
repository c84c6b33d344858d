#include "pipeline/report/findings.h"

#include <gtest/gtest.h>

#include "tests/pipeline/report/pages.h"

namespace ttt {
namespace {

TEST(Findings, NameAGainAndItsPrice) {
  const std::string text = findings_of(simple_run(4, 7));
  EXPECT_TRUE(holds(text, "ttt gains 27.5 points at 8 steps")) << text;
  EXPECT_TRUE(holds(text, "145 forward-equivalents")) << text;
}

TEST(Findings, NameALoss) { EXPECT_TRUE(holds(findings_of(simple_run(7, 4)), "ttt loses ")); }

TEST(Findings, AGainThatModelsDoNotAgreeOnIsClaimedForTheseModelsAlone) {
  Results results = simple_run(5, 5);
  for (int64_t row = 0; row < 40; ++row) put(results.methods[0].records[0], row, 1, true);
  const std::string text = findings_of(results);
  EXPECT_TRUE(holds(text, "ttt gains 15.0 points at 8 steps with these 3 models; other trainings may differ"))
      << text;
  EXPECT_TRUE(holds(text, "the effect is there for these models, other trainings may differ")) << text;
  EXPECT_FALSE(holds(text, "not distinguishable")) << text;
}

TEST(Findings, AGainThatNoTestShowsIsNotClaimed) {
  Results results = simple_run(5, 5);
  put(results.methods[0].records[0], 9, 1, true);
  const std::string text = findings_of(results);
  EXPECT_TRUE(holds(text, ", not distinguishable from no gain")) << text;
  EXPECT_TRUE(holds(text, ": no effect is shown")) << text;
}

TEST(Findings, WarnOfASingleSourceModel) {
  EXPECT_TRUE(holds(findings_of(SyntheticRun(1, 10).results()), "One source model"));
  EXPECT_FALSE(holds(findings_of(SyntheticRun(2, 10).results()), "One source model"));
}

TEST(Findings, APlaceboAsGoodAsTheRealThingIsCalledOut) {
  Results results = simple_run(4, 7);
  results.methods.push_back(results.methods[0]);
  results.methods[1].name = "placebo";
  results.methods[1].role = Role::placebo;
  EXPECT_TRUE(holds(findings_of(results), "ttt is not shown to beat its placebo placebo"));
}

TEST(Findings, AMethodThatLosesToTheVoteIsCalledOut) {
  Results results = simple_run(4, 5);
  MethodResults vote = blank_method(results, "vote", "vote", {1, 140}, {1, 140});
  for (Records& records : vote.records)
    for (int64_t row = 0; row < 40; ++row) put(records, row, 1, row % 10 < 9);
  results.methods.push_back(vote);
  EXPECT_TRUE(holds(findings_of(results), "points behind vote at equal cost"));
}

TEST(Findings, ReportDivergedEpisodesAndMainLossThatRose) {
  Results results = simple_run(4, 7);
  Records& records = results.methods[0].records[0];
  records.status[5] = Status::diverged;
  for (int row = 10; row < 20; ++row) {
    records.aux_loss[row * 8 + 7] = 0.1F;
    records.main_loss[row * 2 + 1] = 9;
  }
  const std::string text = findings_of(results);
  EXPECT_TRUE(holds(text, "1 episode diverged")) << text;
  EXPECT_TRUE(holds(text, "Main loss rose in 100.0 % of the episodes whose auxiliary loss fell")) << text;
}

TEST(Findings, MoreStepsThatLoseAgainAreCalledOut) {
  Results results = blank_results(3, 40, {"blur"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4, 8}, {1, 73, 145});
  for (int m = 0; m < 3; ++m)
    for (int64_t row = 0; row < 40; ++row) {
      put(method.records[m], row, 0, row % 10 < 4);
      put(method.records[m], row, 1, row % 10 < 7 || row == 9 + m);
      put(method.records[m], row, 2, row % 10 < 5);
    }
  results.methods.push_back(method);
  EXPECT_TRUE(holds(findings_of(results), "More steps lose again after 4 steps"));
}

}  // namespace
}  // namespace ttt
