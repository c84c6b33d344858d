#include "pipeline/analysis/job_comparison.h"

#include <gtest/gtest.h>

#include "tests/pipeline/analysis/synthetic_results.h"
#include "tests/schemas/scratch.h"

namespace ttt {
namespace {

/// Two models, six base images under two shifts, one method of which some predictions are right.
Results job(int right_of_every) {
  Results results = blank_results(2, 6, {"fog", "snow"});
  results.methods.push_back(blank_method(results, "ttt", "adapt", {0, 1, 2}, {1, 3, 5}));
  for (Records& records : results.methods[0].records)
    for (size_t i = 0; i < records.correct.size(); ++i)
      records.correct[i] = static_cast<int>(i) % right_of_every == 0;
  return results;
}

/// Few resamples.
ReportOptions quick() {
  ReportOptions options;
  options.bootstrap = 50;
  return options;
}

JobComparison compared(const Results& a, const Results& b) {
  return compare(a, b, rows_of_same_ids(a, b), quick());
}

TEST(JobComparison, OfAJobWithItselfIsNothing) {
  const JobComparison comparison = compared(job(2), job(2));
  ASSERT_EQ(comparison.sections.size(), 1u);
  for (const PairedPoint& point : comparison.sections[0].methods.at(0).points) {
    EXPECT_EQ(point.difference.better + point.difference.worse, 0);
    EXPECT_EQ(point.difference.gain, 0);
    EXPECT_EQ(point.changed, 0);
    EXPECT_EQ(point.difference.n, 2 * 12);
  }
  EXPECT_TRUE(comparison.spec.empty() && comparison.fingerprint.empty());
}

TEST(JobComparison, ChangesItsSignWithTheOrder) {
  const JobComparison there = compared(job(2), job(3)), back = compared(job(3), job(2));
  for (size_t m = 0; m < 3; ++m) {
    const PairedPoint& a = there.sections[0].methods[0].points[m];
    const PairedPoint& b = back.sections[0].methods[0].points[m];
    EXPECT_EQ(a.difference.better, b.difference.worse);
    EXPECT_DOUBLE_EQ(a.difference.gain, -b.difference.gain);
    EXPECT_DOUBLE_EQ(a.value_b - a.value_a, a.difference.gain);
    EXPECT_DOUBLE_EQ(a.difference.p_samples, b.difference.p_samples);
  }
}

TEST(JobComparison, PairsRowsByIdWhateverTheirOrder) {
  const Results whole = job(2);
  Results some = blank_results(2, 6, {"fog", "snow"});
  some.sample = {7, 3};
  for (auto* column : {&some.label, &some.base}) column->resize(2);
  for (auto* column : {&some.shift, &some.severity}) column->resize(2);
  some.split.resize(2);
  some.methods.push_back(blank_method(some, "ttt", "adapt", {0, 2}, {1, 5}));
  EXPECT_EQ(rows_of_same_ids(whole, some), (RowPairs{{3, 1}, {7, 0}}));
  const JobComparison comparison = compared(whole, some);
  EXPECT_EQ(comparison.samples, 2);
  ASSERT_EQ(comparison.sections[0].methods[0].points.size(), 2u);  // milestones 0 and 2
  EXPECT_EQ(comparison.sections[0].methods[0].points[1].milestone, 2);
}

TEST(JobComparison, PairsTheSamplesOfTwoTestSetsByWhatTheyAre) {
  Results a = blank_results(1, 2, {"fog"}), b = a;
  const RowPairs rows = rows_of_same_samples(a, {"x", "x"}, b, {"y", "x"});
  EXPECT_EQ(rows, (RowPairs{{0, 1}}));  // each once
}

TEST(JobComparison, RefusesJobsThatShareNothing) {
  const Results a = job(2);
  Results other_models = a, other_methods = a, other_classes = a;
  other_models.model = {"large-1", "large-2"};
  other_methods.methods[0].name = "memo";
  other_classes.class_names[0] = "z";
  expect_error(ExitCode::data, {"no sample"}, [&] { compare(a, a, {}, quick()); });
  expect_error(ExitCode::data, {"no source model", "small-11", "large-1"},
               [&] { compared(a, other_models); });
  expect_error(ExitCode::data, {"no method", "ttt", "memo"}, [&] { compared(a, other_methods); });
  expect_error(ExitCode::data, {"other classes"}, [&] { compared(a, other_classes); });
}

TEST(JobComparison, NamesTrainingsUnderOneNameThatDiffer) {
  Results a = job(2), b = a;
  a.provenance["model small-11"] = "aa";
  b.provenance["model small-11"] = "bb";
  EXPECT_EQ(compared(a, b).other_weights, std::vector<std::string>{"small-11"});
  EXPECT_EQ(compared(a, b).fingerprint, (std::vector<TextDifference>{{"model small-11", "aa", "bb"}}));
}

TEST(SpecDifferences, AreNamedByTableAndKey) {
  const std::string a = "[data]\nseed = 1\n\n[method.ttt]\nkind = \"adapt\"\nsteps = 2\n";
  const std::string b = "[data]\nseed = 2\n\n[method.\"ttt-a=0.1\"]\nsteps = 2\n";
  EXPECT_EQ(spec_differences(a, a), std::vector<TextDifference>());
  EXPECT_EQ(spec_differences(a, b), (std::vector<TextDifference>{{"[method.\"ttt-a=0.1\"]", "", "there"},
                                                                 {"[method.ttt]", "there", ""},
                                                                 {"data.seed", "1", "2"}}));
}

}  // namespace
}  // namespace ttt
