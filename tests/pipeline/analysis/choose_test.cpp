#include "pipeline/analysis/choose.h"

#include <gtest/gtest.h>

#include "tests/pipeline/analysis/synthetic_results.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// Two methods of a sweep on the split tune; `right[method][milestone]` of ten samples are right.
Analysis tuned(const std::vector<std::vector<int>>& right) {
  Results results = blank_results(1, 10, {"fog"});
  results.split.assign(10, Split::tune);
  for (size_t method = 0; method < right.size(); ++method) {
    MethodResults one =
        blank_method(results, "ttt-rate=" + std::to_string(method), "adapt", {0, 1, 2}, {1, 3, 5});
    for (int row = 0; row < 10; ++row)
      for (int m = 0; m < 3; ++m) one.records[0].correct[row * 3 + m] = row < right[method][m];
    results.methods.push_back(one);
  }
  ReportOptions options;
  options.bootstrap = 0;
  return analyse(results, options);
}

const std::vector<Sweep> sweep = {{"ttt", {"ttt-rate=0", "ttt-rate=1"}}};

TEST(ChooseOnTune, TakesTheMostAccuratePointOfAllMethodsAndMilestones) {
  const SweepChoices choices = choose_on_tune(tuned({{5, 6, 4}, {5, 3, 8}}), sweep);
  const SweepChoice& choice = choices.choices.at(0);
  EXPECT_EQ(choice.points.size(), 6u);
  EXPECT_EQ(choice.points[choice.chosen].method, "ttt-rate=1");
  EXPECT_EQ(choice.points[choice.chosen].milestone, 2);
  EXPECT_DOUBLE_EQ(choice.points[choice.chosen].value, 0.8);
  EXPECT_NEAR(choice.points[choice.chosen].gain, 0.3, 1e-12);
  EXPECT_EQ(choices.samples, 10);
}

TEST(ChooseOnTune, TakesTheCheapestOfEquallyAccurateOnes) {
  const SweepChoice choice = choose_on_tune(tuned({{5, 6, 7}, {5, 7, 7}}), sweep).choices.at(0);
  EXPECT_EQ(choice.points[choice.chosen].method, "ttt-rate=1");
  EXPECT_EQ(choice.points[choice.chosen].milestone, 1);
}

TEST(ChooseOnTune, NeverChoosesTheSourceModelItself) {
  const SweepChoice choice = choose_on_tune(tuned({{9, 1, 2}, {9, 3, 2}}), sweep).choices.at(0);
  EXPECT_EQ(choice.points[choice.chosen].milestone, 1);
  EXPECT_EQ(choice.points[choice.chosen].method, "ttt-rate=1");
}

TEST(ChooseOnTune, RefusesResultsWithoutTheSplitOrTheMethods) {
  expect_error(ExitCode::data, {"ttt-rate=2"}, [] {
    choose_on_tune(tuned({{5, 5, 5}}), {{"ttt", {"ttt-rate=0", "ttt-rate=2"}}});
  });
  expect_error(ExitCode::data, {"split tune"}, [] {
    Results results = blank_results(1, 2, {"fog"});
    results.methods.push_back(blank_method(results, "ttt", "adapt", {0, 1}, {1, 3}));
    choose_on_tune(analyse(results, {}), {{"ttt", {"ttt"}}});
  });
}

TEST(SweepChoices, AreReadAsTheyWereWritten) {
  const Scratch scratch;
  const SweepChoices choices = choose_on_tune(tuned({{5, 6, 4}, {5, 3, 8}}), sweep);
  write_choices(scratch / "choice.toml", choices);
  const SweepChoices read = read_choices(scratch / "choice.toml");
  EXPECT_EQ(choices_csv(read), choices_csv(choices));
  EXPECT_EQ(read.choices[0].chosen, choices.choices[0].chosen);
  put_bytes(scratch / "other.toml", "format = \"else\"\n");
  expect_error(ExitCode::data, {"other.toml", "is no choice"}, [&] { read_choices(scratch / "other.toml"); });
}

}  // namespace
}  // namespace ttt
