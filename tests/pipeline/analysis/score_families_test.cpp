#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>

#include "pipeline/analysis/choose.h"
#include "pipeline/analysis/job_comparison.h"
#include "pipeline/analysis/positions.h"
#include "pipeline/scores/registry.h"
#include "schemas/error.h"
#include "schemas/record_columns.h"
#include "tests/pipeline/analysis/synthetic_documents.h"

namespace ttt {
namespace {

constexpr double tiny = 1e-6;  // records hold floats

/// Near, or undefined both.
void expect_alike(double a, double b) {
  EXPECT_TRUE((a != a && b != b) || std::abs(a - b) < 1e-9) << a << " " << b;
}

TEST(ScoreFamilies, ReadColumnsThatThereAreAndHaveNamesOfTheirOwn) {
  std::set<std::string> columns, names;
  for_each_column([&](const RecordColumn& column, auto) { columns.insert(column.name); });
  for (const ScoreFamily* family : score_families()) {
    EXPECT_TRUE(names.insert(std::string(family->name)).second);
    EXPECT_EQ(&score_family_named(family->name), family);
    std::string list(family->columns);
    for (size_t end = 0; !list.empty(); list.erase(0, end + 2)) {
      end = std::min(list.find(", "), list.size());
      EXPECT_TRUE(columns.contains(list.substr(0, end))) << list;
      if (end == list.size()) break;
    }
  }
}

TEST(ScoreFamilies, ThatAreNotKnownAreRefusedByName) {
  Results results = blank_results(1, 2, {"fog"});
  results.score = "beauty";
  try {
    analyse(results, {});
    FAIL() << "an unknown family was accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::data);
    for (const char* part : {"beauty", "classification", "next_token", "exact_match"})
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

/// Of two models, four documents and two shifts: bits per byte before and after, with a gain of its own in
/// every cell.
Results two_milestones() {
  Results results = blank_documents(2, 4, {"spelling", "noise"});
  MethodResults method = blank_document_method(results, "ttt", "adapt", {0, 4}, {1, 13});
  for (int model = 0; model < 2; ++model)
    for (int64_t row = 0; row < 8; ++row) {
      const double before = 2 + 0.25 * static_cast<double>(results.base[row]) + 0.125 * model;
      put_bits(method.records[model], row, 0, before);
      put_bits(method.records[model], row, 1, before - 0.1 * static_cast<double>(row - 2) - 0.05 * model);
    }
  results.methods.push_back(method);
  return results;
}

/// Mean gain of each base document of two_milestones(), over its models and shifts.
std::vector<double> gains_by_document() {
  std::vector<double> gains;
  for (int base = 0; base < 4; ++base) gains.push_back(0.1 * (2 * base + 0.5 - 2) + 0.025);
  return gains;
}

TEST(NextToken, ValuesAreBitsPerByte) {
  Results results = blank_documents(1, 1, {"noise"});
  results.tokens = {300};
  results.bytes = {1200};
  MethodResults method = blank_document_method(results, "ttt", "adapt", {0, 1}, {1, 4});
  method.records[0].main_loss = {static_cast<float>(4 * std::numbers::ln2), 0};
  results.methods = {method};
  const auto points = curve_of(analyse(results, {}).sections[0], 0).points;
  EXPECT_NEAR(points[0].score.value, 1, tiny);  // four bits a token, a quarter of a token a byte
  EXPECT_EQ(points[1].score.value, 0);
  EXPECT_NEAR(points[1].gain.gain, 1, tiny);
}

TEST(NextToken, IntervalsOfValuesAreTOverDocumentsOfTheirMeans) {
  const Section section = analyse(two_milestones(), {}).sections[0];
  const Score& score = curve_of(section, 0).points[0].score;
  const double means[] = {2.0625, 2.3125, 2.5625, 2.8125};
  const MeanTest test = mean_test(means, 0.95);
  EXPECT_EQ(score.n, 16);
  EXPECT_NEAR(score.value, test.mean, tiny);
  EXPECT_NEAR(score.interval.low, test.interval.low, tiny);
  EXPECT_NEAR(score.interval.high, test.interval.high, tiny);
}

TEST(NextToken, GainsArePairedByDocumentAndFewerBitsArePositive) {
  const Effect gain = curve_of(analyse(two_milestones(), {}).sections[0], 0).points[1].gain;
  const MeanTest over_documents = mean_test(gains_by_document(), 0.95);
  const double models[] = {0.15, 0.2};
  const MeanTest over_models = mean_test(models, 0.95);
  EXPECT_NEAR(gain.gain, over_documents.mean, tiny);
  EXPECT_GT(gain.gain, 0);
  EXPECT_NEAR(gain.p_samples, over_documents.p, tiny);
  EXPECT_NEAR(gain.over_models.low, over_models.interval.low, 1e-5);
  EXPECT_NEAR(gain.p_models, over_models.p, 1e-5);
}

TEST(NextToken, BaseDocumentsGetBetterOrWorseAndASignTestCountsThem) {
  const Effect gain = curve_of(analyse(two_milestones(), {}).sections[0], 0).points[1].gain;
  EXPECT_EQ(gain.better, 3);
  EXPECT_EQ(gain.worse, 1);
  EXPECT_DOUBLE_EQ(gain.p_sign, 2 * (1 + 4) / 16.0);
}

TEST(NextToken, ValuesOfTheSourceFollowFromTheGain) {
  const auto points = curve_of(analyse(two_milestones(), {}).sections[0], 0).points;
  EXPECT_NEAR(source_value(points[1], next_token), points[0].score.value, tiny);
}

/// Every document once more under each of two further shifts.
TEST(NextToken, CopiesOfADocumentNarrowNoInterval) {
  const auto effect_of = [](int shifts) {
    const std::vector<std::string> names = {"a", "b", "c"};
    Results results = blank_documents(2, 9, {names.begin(), names.begin() + shifts});
    MethodResults method = blank_document_method(results, "ttt", "adapt", {0, 4}, {1, 13});
    for (int model = 0; model < 2; ++model)
      for (int64_t row = 0; row < method.records[0].samples; ++row) {
        put_bits(method.records[model], row, 0, 3);
        put_bits(method.records[model], row, 1, 3 - 0.1 * static_cast<double>(results.base[row] % 4));
      }
    results.methods.push_back(method);
    return curve_of(analyse(results, {}).sections[0], 0).points[1];
  };
  const Point one = effect_of(1), three = effect_of(3);
  EXPECT_NEAR(one.gain.p_samples, three.gain.p_samples, 1e-12);
  EXPECT_NEAR(one.gain.bootstrap.low, three.gain.bootstrap.low, 1e-12);
  EXPECT_NEAR(one.gain.bootstrap.high, three.gain.bootstrap.high, 1e-12);
  EXPECT_NEAR(one.score.interval.low, three.score.interval.low, 1e-12);
  EXPECT_EQ(one.gain.better, three.gain.better);
}

TEST(NextToken, TheOrderOfDocumentsChangesNothing) {
  const Results results = document_run(2, 8);
  std::vector<int64_t> order(results.sample.size());
  std::iota(order.begin(), order.end(), 0);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  const Section a = analyse(results, {}).sections[0], b = analyse(permuted(results, order), {}).sections[0];
  for (size_t i = 0; i < a.curves.size(); ++i)
    for (size_t m = 0; m < a.curves[i].points.size(); ++m) {
      const Point &x = a.curves[i].points[m], &y = b.curves[i].points[m];
      expect_alike(x.score.value, y.score.value);
      expect_alike(x.beside[0], y.beside[0]);
      expect_alike(x.gain.gain, y.gain.gain);
      EXPECT_EQ(x.gain.better, y.gain.better);
      expect_alike(x.gain.p_samples, y.gain.p_samples);
      expect_alike(x.gain.bootstrap.low, y.gain.bootstrap.low);
    }
}

TEST(NextToken, PerplexitiesAreOfTheTotalsOfAllDocuments) {
  Results results = blank_documents(1, 2, {"noise"});
  results.tokens = {10, 40};
  results.bytes = {30, 100};
  results.words = {5, 20};
  MethodResults method = blank_document_method(results, "ttt", "adapt", {0}, {1});
  method.records[0].main_loss = {2, 0.5F};  // 20 nats each
  keep_chunks(method.records[0]);
  put_chunks(method.records[0], 0, 2);  // 20 of 50 tokens
  put_chunks(method.records[0], 1, 1);  // 10 of 25
  results.methods = {method};
  const std::vector<double> beside = curve_of(analyse(results, {}).sections[0], 0).points[0].beside;
  ASSERT_EQ(beside.size(), 3);
  EXPECT_NEAR(beside[0], std::exp(40.0 / 25), 1e-5);
  EXPECT_NEAR(beside[1], std::exp(40.0 / 130), 1e-5);
  EXPECT_NEAR(beside[2], 30.0 / 75, 1e-12);
  results.words.clear();
  EXPECT_TRUE(std::isnan(curve_of(analyse(results, {}).sections[0], 0).points[0].beside[0]));
}

TEST(NextToken, DocumentsCountWhereTheirLossIsANumberWhateverTheirStatus) {
  Results results = two_milestones();
  Records& records = results.methods[0].records[0];
  records.status[0] = Status::diverged;
  records.status[1] = Status::diverged;
  records.main_loss[1 * 2 + 1] = std::nanf("");
  const auto points = curve_of(analyse(results, {}).sections[0], 0).points;
  EXPECT_EQ(points[0].score.n, 16);
  EXPECT_EQ(points[1].score.n, 15);
  EXPECT_EQ(points[1].gain.n, 15);
}

TEST(NextToken, TheMethodWithTheFewestBitsWinsTheBudget) {
  const Analysis analysis = analyse(document_run(3, 12), {});
  const Recommendation& best = analysis.sections[0].best;
  for (size_t i = 1; i < best.front.size(); ++i) {
    EXPECT_GT(best.front[i].merit, best.front[i - 1].merit);
    EXPECT_GT(best.front[i].cost, best.front[i - 1].cost);
  }
  ASSERT_TRUE(best.choices[0] && best.choices[3]);
  EXPECT_TRUE(best.choices[0]->source);
  EXPECT_EQ(analysis.methods[best.choices[3]->method].name, "cache");
  const Point& won = curve_of(analysis.sections[0], best.choices[3]->method).points[best.choices[3]->point];
  EXPECT_DOUBLE_EQ(best.choices[3]->merit, -won.score.value);
  EXPECT_GT(won.gain.gain, 0);
}

TEST(NextToken, ASweepTakesTheFewestBits) {
  Results results = document_run(2, 8);
  std::ranges::fill(results.split, Split::tune);
  const SweepChoices choices = choose_on_tune(analyse(results, {}), {{"ttt", {"ttt", "other"}}});
  const SweepChoice& choice = choices.choices.at(0);
  EXPECT_EQ(choices.score, "next_token");
  EXPECT_EQ(choice.points[choice.chosen].method, "ttt");
  EXPECT_EQ(choice.points[choice.chosen].milestone, 2);
  EXPECT_GT(choice.points[choice.chosen].gain, 0);
}

TEST(NextToken, AModelThatIsNoBetterThanUniformBytesIsNamed) {
  Results results = blank_documents(2, 3, {"noise"});
  MethodResults method = blank_document_method(results, "source", "adapt", {0}, {1});
  for (int model = 0; model < 2; ++model)
    for (int64_t row = 0; row < 3; ++row) put_bits(method.records[model], row, 0, model == 0 ? 7.9 : 8.1);
  results.methods.push_back(method);
  const Section section = analyse(results, {}).sections[0];
  ASSERT_EQ(section.weak.size(), 1);
  EXPECT_EQ(section.weak[0].model, "small-12");
  const std::string text = weak_model_text(section.weak[0], next_token);
  EXPECT_NE(text.find("8.100 bits per byte"), std::string::npos) << text;
}

TEST(NextToken, WithoutLengthsIsRefused) {
  Results results = two_milestones();
  results.bytes.clear();
  EXPECT_THROW(analyse(results, {}), Error);
  results = two_milestones();
  results.words.pop_back();
  EXPECT_THROW(analyse(results, {}), Error);
}

TEST(NextToken, SignalsAreThoseOfDocuments) {
  const Section section = analyse(document_run(2, 8), {}).sections[0];
  std::vector<std::string> names;
  for (const Signal& signal : section.signals) names.push_back(signal.name);
  EXPECT_EQ(names[0], "loss of the first chunk");
  EXPECT_EQ(names[1], "length of the document");
  for (const std::string& name : names) EXPECT_EQ(name.find("source prediction"), std::string::npos) << name;
  EXPECT_TRUE(section.entropy_bins.empty() && section.calibration.empty() && !section.label_free);
}

TEST(JobComparison, OfDocumentsIsPositiveWhereTheSecondNeedsFewerBits) {
  const Results a = document_run(2, 6);
  Results b = a;
  for (Records& records : b.methods[1].records)
    for (float& loss : records.main_loss) loss *= 0.5F;
  const JobComparison comparison = compare(a, b, rows_of_same_ids(a, b), {});
  EXPECT_EQ(comparison.score, &next_token);
  const PairedPoint& point = comparison.sections[0].methods[1].points.back();
  EXPECT_NEAR(point.difference.gain, point.value_a / 2, tiny);
  EXPECT_EQ(point.changed, point.difference.n);
  EXPECT_EQ(comparison.sections[0].methods[0].points[0].changed, 0);
  b.score = "classification";
  EXPECT_THROW(compare(a, b, rows_of_same_ids(a, b), {}), Error);
}

TEST(ValuesByPosition, AreMeansOverTheDocumentsThatAreLongEnough) {
  Results results = blank_documents(2, 3, {"noise"});
  MethodResults method = blank_document_method(results, "ttt", "adapt", {0}, {1});
  for (int model = 0; model < 2; ++model) {
    keep_chunks(method.records[model]);
    for (int64_t row = 0; row < 3; ++row) {
      put_bits(method.records[model], row, 0, 1 + static_cast<double>(row));
      put_chunks(method.records[model], row, row == 0 ? 1 : row == 1 ? 3 : 4);
    }
  }
  results.methods.push_back(method);
  const auto points = values_by_position(results, {&results.methods[0], 0}, {{0, 1}, {0, 1, 2}}, 0.95);
  ASSERT_EQ(points.size(), 3);  // one document alone has a fourth
  const double first[] = {1.2 * 1, 1.2 * 2, 1.2 * 3};
  EXPECT_NEAR(points[0].value, 2.4, tiny);
  EXPECT_NEAR(points[0].interval.low, mean_test(first, 0.95).interval.low, 1e-5);
  EXPECT_EQ(points[0].documents, 3);
  EXPECT_NEAR(points[1].value, 2.5, tiny);
  EXPECT_NEAR(points[2].value, (0.8 * 2 + 3) / 2, tiny);
  EXPECT_EQ(points[2].documents, 2);
  EXPECT_DOUBLE_EQ(points[0].tokens, 12.5);
  EXPECT_DOUBLE_EQ(points[2].tokens, 62.5);
}

TEST(PositionCurves, AreSourceTestedAtItsBestTheBestRivalAndAPlacebo) {
  const Analysis analysis = analyse(document_run(2, 8), {});
  const auto& curves = analysis.sections[0].positions;
  ASSERT_EQ(curves.size(), 4);
  EXPECT_TRUE(curves[0].source);
  EXPECT_EQ(analysis.methods[curves[1].method].name, "ttt");
  EXPECT_EQ(curves[1].milestone, 2);
  EXPECT_EQ(analysis.methods[curves[2].method].name, "cache");
  EXPECT_EQ(analysis.methods[curves[3].method].name, "other");
  EXPECT_EQ(curves[3].milestone, 4);
}

/// Everything that a right/wrong family counts, of classification and of exact match.
TEST(ExactMatch, HasTheStatisticsOfClassification) {
  Results results = SyntheticRun(3, 8).results();
  const Section a = analyse(results, {}).sections[0];
  results.score = "exact_match";
  const Section b = analyse(results, {}).sections[0];
  for (size_t i = 0; i < a.curves.size(); ++i) {
    const Point &x = a.curves[i].points.back(), &y = b.curves[i].points.back();
    EXPECT_EQ(x.score.value, y.score.value);
    EXPECT_EQ(x.score.interval.low, y.score.interval.low);
    EXPECT_EQ(x.gain.gain, y.gain.gain);
    EXPECT_EQ(x.gain.better, y.gain.better);
    expect_alike(x.gain.p_samples, y.gain.p_samples);
    EXPECT_TRUE(std::isnan(y.calibration_error));
  }
  EXPECT_TRUE(b.calibration.empty() && b.entropy_bins.empty() && b.weak.empty() && !b.label_free);
}

TEST(ExactMatch, RightCellsAndTheFirstTwoCandidatesStandBesideIt) {
  Results results = blank_results(1, 4, {"held_out"});
  results.score = "exact_match";
  MethodResults method = blank_method(results, "vote", "vote", {1}, {1});
  Records& records = method.records[0];
  keep_column(records, &Records::cells_right);
  keep_column(records, &Records::second_right);
  records.correct = {1, 0, 0, 0};
  records.cells_right = {1, 0.5F, 0.9F, std::nanf("")};
  records.second_right = {std::nanf(""), 1, 0, std::nanf("")};  // the first has one candidate only
  results.methods = {method};
  const Point point = curve_of(analyse(results, {}).sections[0], 0).points[0];
  EXPECT_DOUBLE_EQ(point.score.value, 0.25);
  EXPECT_NEAR(point.beside[0], 2.4 / 4, tiny);
  EXPECT_DOUBLE_EQ(point.beside[1], 0.5);
}

TEST(ExactMatch, PredictionsAreTheSameWhereTheirAnswersAre) {
  Results a = blank_results(1, 3, {"held_out"});
  a.score = "exact_match";
  MethodResults method = blank_method(a, "vote", "vote", {1}, {1});
  method.records[0].cell_count = 3;
  keep_column(method.records[0], &Records::answer);
  a.methods = {method};
  Results b = a;
  b.methods[0].records[0].answer[4] = 7;
  EXPECT_EQ(compare(a, b, rows_of_same_ids(a, b), {}).sections[0].methods[0].points[0].changed, 1);
}

}  // namespace
}  // namespace ttt
