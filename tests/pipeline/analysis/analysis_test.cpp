#include "pipeline/analysis/analysis.h"

#include <gtest/gtest.h>

#include <cmath>

#include "schemas/error.h"
#include "tests/pipeline/analysis/synthetic_results.h"

namespace ttt {
namespace {

/// Three models, ten base images under two shifts; of the 20 samples of model m the first 10 + `gained[m]`
/// are right after the last step and the first 10 before it.
Results stepped(const std::vector<int>& gained) {
  Results results = blank_results(static_cast<int>(gained.size()), 10, {"blur", "fog"});
  MethodResults method = blank_method(results, "ttt", "adapt", {0, 4}, {1, 41});
  for (size_t m = 0; m < gained.size(); ++m)
    for (int64_t row = 0; row < 20; ++row) {
      put(method.records[m], row, 0, row < 10);
      put(method.records[m], row, 1, row < 10 + gained[m]);
    }
  results.methods.push_back(method);
  return results;
}

const Effect& last_gain(const Analysis& analysis, size_t section = 0) {
  return curve_of(analysis.sections[section], 0).points.back().gain;
}

TEST(Analyse, GainsAreDifferencesOfAccuracyOnTheSameSamples) {
  const Analysis analysis = analyse(stepped({1, 2, 6}), {});
  const Effect& gain = last_gain(analysis);
  EXPECT_EQ(gain.n, 60);
  EXPECT_EQ(gain.better, 9);
  EXPECT_EQ(gain.worse, 0);
  EXPECT_DOUBLE_EQ(gain.gain, 9.0 / 60);
  EXPECT_EQ(gain.by_model, (std::vector<double>{1.0 / 20, 2.0 / 20, 6.0 / 20}));
  EXPECT_DOUBLE_EQ(gain.p_samples, 2.0 / 512);
  EXPECT_DOUBLE_EQ(curve_of(analysis.sections[0], 0).points[1].score.value, 39.0 / 60);
}

TEST(Analyse, TheIntervalOverModelsIsATTestOfTheirGains) {
  const Effect gain = last_gain(analyse(stepped({1, 2, 6}), {}));
  const double gains[] = {0.05, 0.1, 0.3};
  const MeanTest test = mean_test(gains, 0.95);
  EXPECT_DOUBLE_EQ(gain.over_models.low, test.interval.low);
  EXPECT_DOUBLE_EQ(gain.p_models, test.p);
}

TEST(Analyse, OneModelHasNoIntervalOverModels) {
  const Effect gain = last_gain(analyse(stepped({3}), {}));
  EXPECT_TRUE(std::isnan(gain.p_models));
  EXPECT_FALSE(std::isnan(gain.bootstrap.low));
  EXPECT_DOUBLE_EQ(gain.p_samples, 0.25);
}

TEST(Analyse, ModelsOfDifferentGroupsAreNeverPooled) {
  Results results = stepped({1, 2, 6});
  results.model_group[2] = "other";
  const Analysis analysis = analyse(results, {});
  ASSERT_EQ(analysis.sections.size(), 2);
  EXPECT_EQ(analysis.sections[1].group, "other");
  EXPECT_EQ(last_gain(analysis, 0).better, 3);
  EXPECT_EQ(last_gain(analysis, 1).better, 6);
}

TEST(Analyse, TheTuneSplitStandsApartAndLast) {
  Results results = stepped({1, 2, 6});
  for (size_t row = 0; row < 12; ++row) results.split[row] = Split::tune;
  const Analysis analysis = analyse(results, {});
  ASSERT_EQ(analysis.sections.size(), 2);
  EXPECT_EQ(analysis.sections[0].split, Split::report);
  EXPECT_EQ(analysis.sections[0].samples, 8);
  EXPECT_EQ(analysis.sections[1].samples, 12);
  EXPECT_EQ(last_gain(analysis, 0).better, 4);  // rows 12 to 15 of the third model
}

TEST(Analyse, CleanSamplesAreNotPooledWithShiftedOnes) {
  Results results = stepped({1, 2, 6});
  for (size_t row = 0; row < 4; ++row) results.severity[row] = 0;
  const Section section = analyse(results, {}).sections[0];
  EXPECT_EQ(section.samples, 16);
  EXPECT_EQ(section.shifts, (std::vector<std::string>{"blur", "fog", "clean"}));
  EXPECT_EQ(curve_of(section, 0, "", "clean").points[0].score.n, 12);
}

TEST(Analyse, DivergedEpisodesCountAsWrongAndBadInputsNotAtAll) {
  Results results = stepped({0, 0, 0});
  Records& records = results.methods[0].records[0];
  records.status[0] = Status::diverged;
  records.predicted[1] = -1;
  records.correct[1] = 0;
  records.status[1] = Status::bad_input;
  records.predicted[2] = records.predicted[3] = -1;
  const Section section = analyse(results, {}).sections[0];
  const Effect& gain = curve_of(section, 0).points[1].gain;
  EXPECT_EQ(gain.n, 59);
  EXPECT_EQ(gain.worse, 1);
  EXPECT_EQ(section.methods[0].episodes.diverged, 1);
  EXPECT_EQ(section.methods[0].episodes.bad_input, 1);
  EXPECT_EQ(section.methods[0].episodes.ok, 58);
}

TEST(Analyse, RowsOfMissingUnitsAreCountedAndLeftOut) {
  Results results = stepped({2, 2, 2});
  results.partial = true;
  Records& records = results.methods[0].records[1];
  for (size_t row = 0; row < 5; ++row) records.status[row] = Status::missing;
  const Analysis analysis = analyse(results, {});
  EXPECT_TRUE(analysis.partial);
  EXPECT_EQ(analysis.sections[0].methods[0].episodes.missing, 5);
  EXPECT_EQ(last_gain(analysis).n, 55);
}

TEST(Analyse, GatedSamplesPayWhatTheyTook) {
  Results results = stepped({0, 0, 0});
  for (Records& records : results.methods[0].records)
    for (size_t row = 0; row < 10; ++row) {
      records.status[row] = Status::skipped;
      records.steps_taken[row] = 0;
    }
  for (Records& records : results.methods[0].records) records.steps_taken[10] = 2;  // half of the way
  const Section section = analyse(results, {}).sections[0];
  const auto& points = curve_of(section, 0).points;
  EXPECT_DOUBLE_EQ(points[0].forward_equivalents, 1);
  EXPECT_DOUBLE_EQ(points[1].forward_equivalents, (10 * 1 + 21 + 9 * 41) / 20.0);
}

TEST(Analyse, ARivalIsGivenTheDearestMilestoneWithinTheCost) {
  Results results = stepped({1, 2, 6});
  results.methods.push_back(blank_method(results, "vote", "vote", {1, 16, 40, 64}, {1, 16, 40, 64}));
  results.methods.push_back(blank_method(results, "small_vote", "vote", {1, 9}, {1, 9}));
  results.methods.push_back(blank_method(results, "dear_vote", "vote", {50}, {50}));
  const Section section = analyse(results, {}).sections[0];
  ASSERT_EQ(section.equal_cost.size(), 2);  // the dear one costs more than the method under test
  EXPECT_EQ(section.equal_cost[0].rival_milestone, 40);
  EXPECT_FALSE(section.equal_cost[0].ran_out);
  EXPECT_EQ(section.equal_cost[1].rival_milestone, 9);
  EXPECT_TRUE(section.equal_cost[1].ran_out);
  EXPECT_DOUBLE_EQ(section.equal_cost[0].gain.gain, 39.0 / 60);  // this vote is never right
}

TEST(Analyse, AnEnsembleIsOnePredictionASample) {
  Results results = stepped({1, 2, 6});
  MethodResults ensemble = blank_method(results, "ensemble", "ensemble", {1, 3}, {1, 3});
  for (Records& records : ensemble.records)
    for (int64_t row = 0; row < 20; ++row) put(records, row, 1, row < 15);
  results.methods.push_back(ensemble);
  const Section section = analyse(results, {}).sections[0];
  const Point& point = curve_of(section, 1).points.back();
  EXPECT_EQ(point.score.n, 20);
  EXPECT_EQ(point.score.correct, 15);
  EXPECT_TRUE(std::isnan(point.gain.p_models));
  EXPECT_FALSE(std::isnan(point.gain.bootstrap.low));
}

TEST(Analyse, PlacebosAreFoundInTheSpecAndComparedAtTheSameStep) {
  Results results = stepped({4, 4, 5});
  MethodResults placebo = results.methods[0];
  placebo.name = "other";
  placebo.role = Role::placebo;
  for (Records& records : placebo.records)
    for (int64_t row = 0; row < 20; ++row) put(records, row, 1, row < 11);
  results.methods.insert(results.methods.begin(), placebo);
  const Analysis analysis = analyse(results, {});
  EXPECT_EQ(analysis.under_test, 1);
  EXPECT_EQ(analysis.methods[0].role, Role::placebo);
  const Section& section = analysis.sections[0];
  ASSERT_EQ(section.placebos.size(), 1);
  EXPECT_DOUBLE_EQ(section.placebos[0].placebo_gain.gain, 1.0 / 20);
  EXPECT_DOUBLE_EQ(section.placebos[0].gain.gain, 10.0 / 60);
}

TEST(Analyse, PValuesOfShiftsAreAdjustedTogether) {
  const Section section = analyse(SyntheticRun(5, 20).results(), {}).sections[0];
  std::vector<double> p;
  for (const ShiftGain& gain : section.shift_gains) p.push_back(gain.over_source.p_samples);
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < p.size(); ++i)
    EXPECT_DOUBLE_EQ(section.shift_gains[i].over_source.p_samples_holm, adjusted[i]);
}

TEST(Analyse, CountsEpisodesWhoseAuxiliaryLossFellWhileTheMainLossRose) {
  Results results = stepped({0, 0, 0});
  Records& records = results.methods[0].records[0];
  const float falling[] = {1.0F, 0.8F, 0.6F, 0.4F};
  for (size_t row = 0; row < 3; ++row) std::copy(falling, falling + 4, records.aux_loss.begin() + row * 4);
  for (size_t row = 0; row < 2; ++row) records.main_loss[row * 2 + 1] = 5;
  const AuxiliaryTrace trace = analyse(results, {}).sections[0].methods[0].auxiliary;
  EXPECT_EQ(trace.fell, 3);
  EXPECT_EQ(trace.fell_main_rose, 2);
  EXPECT_EQ(trace.mean.size(), 4);
}

TEST(Analyse, TheMethodUnderTestCanBeNamedAndMustExist) {
  ReportOptions options;
  options.method = "nonesuch";
  try {
    analyse(stepped({1}), options);
    FAIL() << "an unknown method was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::spec);
    EXPECT_NE(std::string(error.what()).find("nonesuch"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("ttt"), std::string::npos);
  }
}

TEST(Analyse, OfPartialResultsTheNamedMethodMayBeTheOneThatIsMissing) {
  ReportOptions options;
  options.method = "later";
  Results results = stepped({1});
  results.partial = true;
  EXPECT_FALSE(analyse(results, options).under_test);
}

TEST(Analyse, WeakModelsAreSeenWhereTheMethodUnderTestAloneStartsAtThem) {
  Results results = stepped({1, 2});
  for (int64_t row = 0; row < 20; ++row) put(results.methods[0].records[1], row, 0, row < 2);
  const Section section = analyse(results, {}).sections[0];
  ASSERT_EQ(section.weak.size(), 1);
  EXPECT_EQ(section.weak[0].model, "small-12");
}

TEST(Analyse, TheSourceAccuracyIsOfTheCellsThatThereAre) {
  Results results = stepped({1, 6});
  std::vector<Status>& status = results.methods[0].records[1].status;
  std::fill(status.begin() + 4, status.end(), Status::missing);  // four are left, right before and after
  const Analysis analysis = analyse(results, {});
  const auto& points = curve_of(analysis.sections[0], 0).points;
  EXPECT_DOUBLE_EQ(source_value(points[1]), points[0].score.value);
  EXPECT_DOUBLE_EQ(points[0].score.value, 14.0 / 24);
}

TEST(Analyse, AForwardEquivalentIsAPlainPredictionAlthoughEveryMethodCostsMore) {
  Results results = stepped({1});
  for (double& flops : results.methods[0].cost.flops) flops *= 2;  // as a gate before each prediction
  const Analysis analysis = analyse(results, {});
  const auto& points = curve_of(analysis.sections[0], 0).points;
  EXPECT_DOUBLE_EQ(points[0].forward_equivalents, 2);
  EXPECT_DOUBLE_EQ(points[1].forward_equivalents, 82);
}

TEST(Analyse, RefusesRecordsThatDoNotFitTheSamples) {
  Results results = stepped({1, 2, 6});
  results.methods[0].records[1].correct.pop_back();
  EXPECT_THROW(analyse(results, {}), Error);
  results = stepped({1});
  results.shift[0] = 9;
  EXPECT_THROW(analyse(results, {}), Error);
  results = stepped({1});
  results.split.clear();
  EXPECT_THROW(analyse(results, {}), Error);
}

TEST(Analyse, RefusesResultsWithoutSamples) {
  EXPECT_THROW(analyse(blank_results(2, 0, {"blur"}), {}), Error);
}

TEST(Analyse, MeasuredSecondsAreOfTheModelsOfTheSection) {
  Results results = stepped({1, 2, 6});
  results.model_group[2] = "other";
  const std::vector<Timing> timings = {
      {"ttt", "small-11", 20, 2}, {"ttt", "small-12", 20, 4}, {"ttt", "small-13", 20, 9}};
  const Analysis analysis = analyse(results, {}, timings);
  EXPECT_DOUBLE_EQ(analysis.sections[0].methods[0].seconds_per_sample, 6.0 / 40);
  EXPECT_DOUBLE_EQ(analysis.sections[1].methods[0].seconds_per_sample, 9.0 / 20);
}

}  // namespace
}  // namespace ttt
